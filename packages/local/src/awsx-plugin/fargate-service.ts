import * as aws from "@pulumi/aws";
import { ComponentResource, type ComponentResourceOptions, type Input, output } from "@pulumi/pulumi";
import type { FargateServiceArgs } from "@pulumi/awsx/ecs";
import { FargateTaskDefinition } from "./fargate-task-definition";
import { refusal, refuseUnknown } from "./inputs";

/** Type token of the component. */
export const FARGATE_SERVICE = "awsx:ecs:FargateService";

/** Inputs that go to the service as they are; what the `aws` plugin does not know of them, it refuses by name. */
const PASSED_ON = [
  "alarms",
  "availabilityZoneRebalancing",
  "capacityProviderStrategies",
  "cluster",
  "deploymentCircuitBreaker",
  "deploymentConfiguration",
  "deploymentController",
  "deploymentMaximumPercent",
  "deploymentMinimumHealthyPercent",
  "enableEcsManagedTags",
  "enableExecuteCommand",
  "forceDelete",
  "forceNewDeployment",
  "healthCheckGracePeriodSeconds",
  "iamRole",
  "loadBalancers",
  "name",
  "networkConfiguration",
  "placementConstraints",
  "platformVersion",
  "propagateTags",
  "region",
  "schedulingStrategy",
  "serviceConnectConfiguration",
  "serviceRegistries",
  "sigintRollback",
  "tags",
  "triggers",
  "volumeConfiguration",
  "vpcLatticeConfigurations",
] as const satisfies (keyof FargateServiceArgs)[];

const OWN = [
  "continueBeforeSteadyState",
  "desiredCount",
  "taskDefinition",
  "taskDefinitionArgs",
  "useClusterDefaultCapacityProviderStrategy",
] as const;

/** A Fargate service and, if asked for, its task definition, made as `awsx` 3.9.0 makes them. */
export class FargateService extends ComponentResource {
  readonly service: aws.ecs.Service;
  readonly taskDefinition: aws.ecs.TaskDefinition | undefined;

  constructor(name: string, args: FargateServiceArgs, opts: ComponentResourceOptions) {
    super(FARGATE_SERVICE, name, {}, opts);
    refuseUnknown(FARGATE_SERVICE, args, [...OWN, ...PASSED_ON]);
    refuseContradictions(args);

    const { taskDefinitionArgs } = args;
    this.taskDefinition =
      taskDefinitionArgs &&
      new FargateTaskDefinition(name, taskDefinitionArgs, { parent: this }, "taskDefinitionArgs.").taskDefinition;
    this.service = new aws.ecs.Service(
      name,
      {
        ...Object.fromEntries(PASSED_ON.map((input) => [input, args[input]])),
        desiredCount: args.desiredCount ?? 1,
        ...(usesLaunchType(args) && { launchType: "FARGATE" }),
        waitForSteadyState: not(args.continueBeforeSteadyState),
        taskDefinition: this.taskDefinition?.arn ?? args.taskDefinition,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function refuseContradictions(args: FargateServiceArgs): void {
  if ((args.taskDefinition === undefined) === (args.taskDefinitionArgs === undefined)) {
    const reason = "exactly one of [taskDefinition] and [taskDefinitionArgs] is needed";
    throw refusal(FARGATE_SERVICE, "taskDefinitionArgs", reason);
  }
  if (args.networkConfiguration === undefined) {
    const reason = "is needed locally: without it awsx opens a default network's security group to the world";
    throw refusal(FARGATE_SERVICE, "networkConfiguration", reason);
  }
  if (args.capacityProviderStrategies !== undefined && args.useClusterDefaultCapacityProviderStrategy) {
    const reason = "cannot be given together with [useClusterDefaultCapacityProviderStrategy]";
    throw refusal(FARGATE_SERVICE, "capacityProviderStrategies", reason);
  }
}

// ECS takes a launch type or a strategy of capacity providers, never both.
function usesLaunchType(args: FargateServiceArgs): boolean {
  return args.capacityProviderStrategies === undefined && !args.useClusterDefaultCapacityProviderStrategy;
}

function not(value: Input<boolean | undefined>) {
  return output(value).apply((known) => !(known ?? false));
}
