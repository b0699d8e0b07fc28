import * as aws from "@pulumi/aws";
import { type Input, type Resource } from "@pulumi/pulumi";
import type { FargateTaskDefinitionArgs } from "@pulumi/awsx/ecs";
import type { Place } from "./container-definitions";
import { refusal } from "./inputs";
import { shortHash } from "./short-hash";

/** Policies of the execution role that awsx makes. */
export const EXECUTION_POLICIES = [
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
] as const satisfies string[];

/** Which of a task's two roles: the input's name, the suffix of its resources, and its policies by default. */
export interface RoleKind {
  readonly input: "taskRole" | "executionRole";
  readonly suffix: string;
  readonly policyArns: readonly string[];
}

/** A role: made here, somebody else's (then without a resource), or none at all. */
export interface TaskRole {
  readonly resource?: aws.iam.Role;
  readonly arn?: Input<string | undefined>;
}

const TRUST_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" }, Effect: "Allow", Sid: "" },
  ],
});

/** Makes a role that ECS tasks may take on, with its policies, unless an existing one is named or it is skipped. */
export function taskRole(
  name: string,
  kind: RoleKind,
  args: FargateTaskDefinitionArgs["taskRole"],
  parent: Resource,
  place: Place,
): TaskRole {
  if (args?.roleArn !== undefined && args.args !== undefined) {
    const path = `${place.path}${kind.input}.args`;
    throw refusal(place.component, path, `cannot be given together with [${kind.input}.roleArn]`);
  }
  if (args?.skip) return {};
  if (args?.roleArn !== undefined) return { arn: args.roleArn };
  const { policyArns = kind.policyArns, ...roleArgs } = args?.args ?? {};
  const roleName = `${name}-${kind.suffix}`;
  const resource = new aws.iam.Role(roleName, { assumeRolePolicy: TRUST_POLICY, ...roleArgs }, { parent });
  for (const policyArn of policyArns) {
    const attachment = `${roleName}-${shortHash(policyArn)}`;
    new aws.iam.RolePolicyAttachment(attachment, { role: resource.name, policyArn }, { parent });
  }
  return { resource, arn: resource.arn };
}
