import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  getStack,
  type Input,
  output,
  type Output,
} from "@pulumi/pulumi";
import type { FargateTaskDefinitionArgs } from "@pulumi/awsx/ecs";
import { containerDefinitions, type Place, type ResolvedContainer } from "./container-definitions";
import { fargateSize, type TaskSize } from "./fargate-size";
import { refusal, refuseUnknown } from "./inputs";
import { taskLogGroup } from "./log-group";
import { shortHash } from "./short-hash";
import { EXECUTION_POLICIES, taskRole } from "./task-role";

/** Type token of the component. */
export const FARGATE_TASK_DEFINITION = "awsx:ecs:FargateTaskDefinition";

/** Inputs that go to the task definition as they are. */
const PASSED_ON = [
  "enableFaultInjection",
  "ephemeralStorage",
  "ipcMode",
  "pidMode",
  "placementConstraints",
  "proxyConfiguration",
  "region",
  "runtimePlatform",
  "skipDestroy",
  "tags",
  "trackLatest",
  "volumes",
] as const satisfies (keyof FargateTaskDefinitionArgs)[];

const OWN = ["container", "containers", "cpu", "executionRole", "family", "logGroup", "memory", "taskRole"] as const;

const EXECUTION_ROLE = { input: "executionRole", suffix: "execution", policyArns: EXECUTION_POLICIES } as const;
const TASK_ROLE = { input: "taskRole", suffix: "task", policyArns: [] } as const;

/** A task definition for Fargate with its log group and roles, made as `awsx` 3.9.0 makes them. */
export class FargateTaskDefinition extends ComponentResource {
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly logGroup: aws.cloudwatch.LogGroup | undefined;
  readonly taskRole: aws.iam.Role | undefined;
  readonly executionRole: aws.iam.Role | undefined;

  /** @param path Where the arguments are in the program's, for messages. @default the top */
  constructor(name: string, args: FargateTaskDefinitionArgs, opts: ComponentResourceOptions, path = "") {
    super(FARGATE_TASK_DEFINITION, name, {}, opts);
    const place: Place = { component: FARGATE_TASK_DEFINITION, path };
    refuseUnknown(FARGATE_TASK_DEFINITION, args, [...OWN, ...PASSED_ON], path);

    const logs = taskLogGroup(name, args.logGroup, this, place);
    const task = taskRole(name, TASK_ROLE, args.taskRole, this, place);
    const execution = taskRole(name, EXECUTION_ROLE, args.executionRole, this, place);
    const definitions = containerDefinitions(args, logs.destination, place);
    const size = definitions.apply((containers) => sizeOf(containers, place));
    const containersJson = definitions.apply((containers) => JSON.stringify(containers));

    this.logGroup = logs.resource;
    this.taskRole = task.resource;
    this.executionRole = execution.resource;
    this.taskDefinition = new aws.ecs.TaskDefinition(
      name,
      {
        ...Object.fromEntries(PASSED_ON.map((input) => [input, args[input]])),
        cpu: args.cpu ?? size.cpu,
        memory: args.memory ?? size.memory,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        ...(task.arn !== undefined && { taskRoleArn: task.arn }),
        ...(execution.arn !== undefined && { executionRoleArn: execution.arn }),
        family: familyOf(name, args.family, containersJson),
        containerDefinitions: containersJson,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function sizeOf(containers: readonly ResolvedContainer[], { component, path }: Place): TaskSize {
  const size = fargateSize(containers);
  if (!size) throw refusal(component, `${path}containers`, "ask for more CPU or memory than a Fargate task can have");
  return size;
}

/** Without a family of its own a changed container makes a new one. */
function familyOf(name: string, family: Input<string | undefined>, containers: Output<string>): Output<string> {
  const byContent = containers.apply((json) => `${name}-${shortHash(getStack() + json)}`);
  return output([family, byContent] as const).apply(([given, made]) => given ?? made);
}
