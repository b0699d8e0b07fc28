import type * as aws from "@pulumi/aws";
import type { CreateServiceCommandInput, Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { Plain } from "../../plain";
import { fromEcsTags, toEcsTags } from "./tags";

type Args = Plain<aws.ecs.ServiceArgs>;
type State = Partial<Plain<aws.ecs.ServiceState>>;

const network = (configuration: Args["networkConfiguration"]) =>
  configuration && {
    awsvpcConfiguration: {
      subnets: configuration.subnets,
      securityGroups: configuration.securityGroups,
      assignPublicIp: configuration.assignPublicIp === true ? ("ENABLED" as const) : ("DISABLED" as const),
    },
  };

/** What a creation and an update have in common. */
const shared = (inputs: Args) => ({
  taskDefinition: inputs.taskDefinition,
  desiredCount: inputs.desiredCount ?? (inputs.schedulingStrategy === "DAEMON" ? undefined : 0),
  deploymentConfiguration: {
    maximumPercent: inputs.deploymentMaximumPercent,
    minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
    deploymentCircuitBreaker: inputs.deploymentCircuitBreaker ?? { enable: false, rollback: false },
  },
  enableECSManagedTags: inputs.enableEcsManagedTags,
  enableExecuteCommand: inputs.enableExecuteCommand ?? false,
  healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
  networkConfiguration: network(inputs.networkConfiguration),
  platformVersion: inputs.platformVersion,
  propagateTags: inputs.propagateTags as "SERVICE" | undefined,
});

/** Call that makes a service. */
export function createRequest(inputs: Args): CreateServiceCommandInput {
  return {
    ...shared(inputs),
    cluster: inputs.cluster,
    serviceName: inputs.name,
    launchType: inputs.launchType as "FARGATE" | undefined,
    schedulingStrategy: inputs.schedulingStrategy as "REPLICA",
    deploymentController: inputs.deploymentController as { type: "ECS" } | undefined,
    tags: toEcsTags(inputs.tags),
  };
}

/** Call that brings a service to the wanted inputs; ECS itself sees what differs. */
export function updateRequest(inputs: Args): Omit<UpdateServiceCommandInput, "service"> {
  // A count that the program leaves open may have been scaled since.
  const { desiredCount, ...rest } = shared(inputs);
  return {
    ...rest,
    ...(inputs.desiredCount !== undefined && { desiredCount }),
    ...(inputs.forceNewDeployment === true && { forceNewDeployment: true }),
  };
}

/** A service as the state holds it, without its references to other things. */
export function describedService(service: Service): State & { id?: string } {
  const deployment = service.deploymentConfiguration;
  const vpc = service.networkConfiguration?.awsvpcConfiguration;
  return {
    id: service.serviceArn,
    arn: service.serviceArn,
    name: service.serviceName,
    desiredCount: service.desiredCount,
    launchType: service.launchType,
    schedulingStrategy: service.schedulingStrategy ?? "REPLICA",
    deploymentMaximumPercent: deployment?.maximumPercent,
    deploymentMinimumHealthyPercent: deployment?.minimumHealthyPercent,
    deploymentCircuitBreaker: {
      enable: deployment?.deploymentCircuitBreaker?.enable ?? false,
      rollback: deployment?.deploymentCircuitBreaker?.rollback ?? false,
    },
    deploymentController: { type: service.deploymentController?.type ?? "ECS" },
    enableEcsManagedTags: service.enableECSManagedTags ?? false,
    enableExecuteCommand: service.enableExecuteCommand ?? false,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds || undefined,
    networkConfiguration: vpc && {
      subnets: vpc.subnets ?? [],
      securityGroups: vpc.securityGroups,
      assignPublicIp: vpc.assignPublicIp === "ENABLED",
    },
    platformVersion: service.platformVersion,
    propagateTags: service.propagateTags,
    tags: fromEcsTags(service.tags),
  };
}
