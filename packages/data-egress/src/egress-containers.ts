import * as aws from "@pulumi/aws";
import { ecs } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { AGENT_ENVIRONMENT, AGENT_SECRETS, VOLUME_PATH } from "./agent-contract";
import { logTo, secretsOf, variablesOf } from "./container-parts";
import { ENVIRONMENT } from "./contract";
import type { DataEgressArgs } from "./data-egress";
import { dataKeyServiceSecrets } from "./data-key-service-args";
import { createTaskRoles, grantTaskRoles } from "./task-roles";

/** Name of the volume in the task definition. */
const VOLUME = "data-egress";
const DEFAULT_LOG_DAYS = 30;
/** Seconds that the service has to put back what it is at, and the agent to end what it is sending. */
const STOP_SECONDS = 60;

/** What the containers are made for. */
export interface ContainerParts {
  readonly args: DataEgressArgs;
  readonly egressName: string;
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  readonly rows: aws.dynamodb.Table;
  readonly ledger: aws.dynamodb.Table;
  /** JSON: what the service may do. */
  readonly policy: pulumi.Output<string>;
  /** Whether the agent runs beside the service. */
  readonly withAgent: boolean;
}

/** The secrets of the agent's that there are, by variable. */
export const agentSecrets = (args: DataEgressArgs): Readonly<Record<string, pulumi.Input<string>>> => {
  const given = {
    [AGENT_SECRETS.certificate]: args.agentCertificateSecret,
    [AGENT_SECRETS.privateKey]: args.agentPrivateKeySecret,
    [AGENT_SECRETS.trust]: args.agentTrustSecret,
    [AGENT_SECRETS.keystore]: args.agentKeystoreSecret,
    [AGENT_SECRETS.truststore]: args.agentTruststoreSecret,
    [AGENT_SECRETS.keystorePassword]: args.agentKeystorePasswordSecret,
    [AGENT_SECRETS.truststorePassword]: args.agentTruststorePasswordSecret,
    [AGENT_SECRETS.apiKey]: args.agentApiKeySecret,
  };
  return Object.fromEntries(Object.entries(given).flatMap(([name, arn]) => (arn === undefined ? [] : [[name, arn]])));
};

/** What runs, and as whom. */
export interface EgressContainers {
  readonly fargate: ecs.FargateService;
  readonly taskRole: aws.iam.Role;
}

/** Creates the roles, the log groups and the Fargate service with its containers. */
export function createContainers(name: string, parts: ContainerParts, parent: pulumi.Resource): EgressContainers {
  const { args, withAgent } = parts;
  const roles = createTaskRoles(name, parts.queue.arn, parent);
  const retentionInDays = args.logRetentionDays ?? DEFAULT_LOG_DAYS;
  const logs = new aws.cloudwatch.LogGroup(`${name}-service-log`, { retentionInDays }, { parent });
  const agentLogs = withAgent
    ? new aws.cloudwatch.LogGroup(`${name}-agent-log`, { retentionInDays }, { parent })
    : undefined;
  const granted = {
    policy: parts.policy,
    logs: [logs, ...(agentLogs ? [agentLogs] : [])],
    images: [args.serviceImage, args.agentImage ?? ""],
    secretArns: [...Object.values(agentSecrets(args)), ...Object.values(dataKeyServiceSecrets(args))],
    secretKeyArns: pulumi
      .all([args.agentSecretKeyArns ?? [], args.dataKeyServiceSecretKeyArns ?? []])
      .apply((arns) => [...new Set(arns.flat())]),
  };
  const grants = grantTaskRoles(name, roles, granted, parent);
  const fargate = new ecs.FargateService(
    name,
    {
      cluster: args.clusterArn,
      desiredCount: args.tasks ?? 1,
      // Without it awsx would open a security group of the default network to the world.
      networkConfiguration: {
        subnets: args.subnetIds,
        securityGroups: args.securityGroupIds,
        assignPublicIp: args.assignPublicIp ?? false,
      },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      continueBeforeSteadyState: args.continueBeforeSteadyState ?? false,
      taskDefinitionArgs: {
        // Otherwise the family's name changes with its containers, and its history is lost.
        family: parts.egressName,
        cpu: args.cpu ?? "1024",
        memory: args.memoryMegabytes ?? "2048",
        ...(args.volumeGibibytes !== undefined && { ephemeralStorage: { sizeInGib: args.volumeGibibytes } }),
        taskRole: { roleArn: roles.task.arn },
        executionRole: { roleArn: roles.execution.arn },
        logGroup: { skip: true },
        volumes: [{ name: VOLUME }],
        containers: {
          service: serviceContainer(parts, logs),
          ...(agentLogs && { agent: agentContainer(parts, agentLogs) }),
        },
      },
    },
    { parent, dependsOn: grants },
  );
  return { fargate, taskRole: roles.task };
}

const mounted = { mountPoints: [{ sourceVolume: VOLUME, containerPath: VOLUME_PATH }] };

function serviceContainer(parts: ContainerParts, logs: aws.cloudwatch.LogGroup) {
  const { args, egressName, queue, deadLetters, rows, ledger, withAgent } = parts;
  const keyServiceSecrets = dataKeyServiceSecrets(args);
  const text = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
  return {
    name: "service",
    image: args.serviceImage,
    essential: true,
    stopTimeout: STOP_SECONDS,
    ...mounted,
    environment: variablesOf({
      [ENVIRONMENT.name]: egressName,
      [ENVIRONMENT.queueUrl]: queue.url,
      [ENVIRONMENT.deadLetterQueueUrl]: deadLetters.url,
      [ENVIRONMENT.rowsTable]: rows.name,
      [ENVIRONMENT.ledgerTable]: ledger.name,
      [ENVIRONMENT.eventBus]: args.eventBusName ?? "default",
      [ENVIRONMENT.maxAttempts]: text(args.maxAttempts),
      [ENVIRONMENT.leaseSeconds]: text(args.leaseSeconds),
      [ENVIRONMENT.deliveryMinutes]: text(args.deliveryMinutes),
      [ENVIRONMENT.concurrency]: text(args.concurrency),
      [ENVIRONMENT.dataKeyServiceUrl]: args.dataKeyServiceUrl,
    }),
    ...(Object.keys(keyServiceSecrets).length > 0 && { secrets: secretsOf(keyServiceSecrets) }),
    ...(withAgent && { dependsOn: [{ containerName: "agent", condition: "START" }] }),
    logConfiguration: logTo(logs, "service"),
  };
}

function agentContainer({ args, egressName }: ContainerParts, logs: aws.cloudwatch.LogGroup) {
  return {
    name: "agent",
    image: args.agentImage ?? "",
    // Files that nobody sends must not pile up unseen: the task ends with either of the two.
    essential: true,
    stopTimeout: STOP_SECONDS,
    ...mounted,
    environment: variablesOf({
      [AGENT_ENVIRONMENT.name]: egressName,
      [AGENT_ENVIRONMENT.configuration]: args.agentConfiguration,
    }),
    secrets: secretsOf(agentSecrets(args)),
    logConfiguration: logTo(logs, "agent"),
  };
}
