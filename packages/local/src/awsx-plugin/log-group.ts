import * as aws from "@pulumi/aws";
import { all, output, type Output, type Resource } from "@pulumi/pulumi";
import type { FargateTaskDefinitionArgs } from "@pulumi/awsx/ecs";
import type { LogDestination, Place } from "./container-definitions";
import { refusal } from "./inputs";

/** A task's log group: made here, somebody else's (then without a resource), or none at all. */
export interface TaskLogGroup {
  readonly resource?: aws.cloudwatch.LogGroup;
  readonly destination?: Output<LogDestination>;
}

/** Makes the log group of a task, unless an existing one is named or it is skipped. */
export function taskLogGroup(
  name: string,
  args: FargateTaskDefinitionArgs["logGroup"],
  parent: Resource,
  place: Place,
): TaskLogGroup {
  if (args?.skip) return {};
  const { existing } = args ?? {};
  if (existing === undefined) {
    const resource = new aws.cloudwatch.LogGroup(name, { ...args?.args }, { parent });
    return { resource, destination: output({ group: resource.name, region: regionOf(resource) }) };
  }
  if (args?.args !== undefined) {
    throw refusal(place.component, `${place.path}logGroup.args`, "cannot be given together with [logGroup.existing]");
  }
  if (existing.arn !== undefined)
    return { destination: output(existing.arn).apply((arn) => destinationOf(arn, place)) };
  const identity = all([existing.name, existing.region, regionOf(parent)]);
  return { destination: identity.apply(([group, region, own]) => named(group, region ?? own, place)) };
}

function named(group: string | undefined, region: string, { component, path }: Place): LogDestination {
  if (group === undefined) throw refusal(component, `${path}logGroup.existing`, "needs a name or an ARN");
  return { group, region };
}

/** `arn:<partition>:logs:<region>:<account>:log-group:<name>` */
function destinationOf(arn: string | undefined, { component, path }: Place): LogDestination {
  const [, , service, region, , type, group] = (arn ?? "").split(":");
  if (service !== "logs" || type !== "log-group" || !region || !group) {
    throw refusal(component, `${path}logGroup.existing.arn`, `${arn} is not the ARN of a log group`);
  }
  return { group, region };
}

function regionOf(resource: Resource): Output<string> {
  return aws.getRegionOutput({}, { parent: resource }).region;
}
