import * as aws from "@pulumi/aws";
import { ecs } from "@pulumi/awsx";
import { driftRoleArn, EnvironmentObserver, TrackedEnvironment } from "@slipway/release-tracker";
import { createArtefacts } from "./artefacts";
import { createDataEgress, type DataEgressSettings } from "./data-egress";
import { PROJECT_ID, SERVICE_PORT, SERVICES, type EnvironmentConfig } from "./config";
import { createNetwork, type Network } from "./network";
import { accountOf, type Accounts } from "./settings";

/** What an environment's stack takes from its settings. */
export interface EnvironmentSettings {
  readonly region: aws.Region;
  readonly accounts: Accounts;
  /** Whether buckets, and records of what was promoted or sent, refuse deletion. */
  readonly protect: boolean;
  /** Role for reading labels, for whoever deploys without the tracker account's own credentials. */
  readonly imageReaderRoleArn?: string | undefined;
  /** Data that is sent out. @default none */
  readonly dataEgress?: DataEgressSettings | undefined;
}

/** The stack of one environment: a network, a cluster, the project's services with the images released to it, artefacts, data egress. */
export function environment(name: string, config: EnvironmentConfig, settings: EnvironmentSettings) {
  const tracked = new TrackedEnvironment(
    PROJECT_ID,
    { projectId: PROJECT_ID, environmentId: name, label: config.label },
    { provider: trackerProvider(settings) },
  );
  const network = createNetwork(name, config.cidrBlock, settings.region);
  const cluster = new aws.ecs.Cluster(PROJECT_ID, { name: PROJECT_ID });
  new EnvironmentObserver(name, {
    projectId: PROJECT_ID,
    environmentId: name,
    clusterArn: cluster.arn,
    driftRoleArn: driftRoleArn(accountOf(settings.accounts, "tools"), PROJECT_ID),
  });
  for (const service of SERVICES) createService(service, config, { tracked, network, cluster });
  const { logRetentionDays } = config;
  return {
    releaseServices: tracked.releaseServices,
    ...createArtefacts(name, config.artefactsFrom, settings),
    ...createDataEgress(settings.dataEgress, { cluster, network, protect: settings.protect, logRetentionDays }),
  };
}

/** Acts in the tracker's account: with the caller's own credentials, or with the role that may read its labels. */
const trackerProvider = ({ region, imageReaderRoleArn }: EnvironmentSettings): aws.Provider =>
  new aws.Provider("tools", {
    region,
    ...(imageReaderRoleArn === undefined ? {} : { assumeRoles: [{ roleArn: imageReaderRoleArn }] }),
  });

interface Surroundings {
  readonly tracked: TrackedEnvironment;
  readonly network: Network;
  readonly cluster: aws.ecs.Cluster;
}

function createService(name: string, config: EnvironmentConfig, { tracked, network, cluster }: Surroundings): void {
  const fargate = new ecs.FargateService(name, {
    cluster: cluster.arn,
    desiredCount: tracked.isReleased(name).apply((released) => (released ? config.tasks : 0)),
    // Without it awsx would open a security group of the default network to the world.
    networkConfiguration: {
      subnets: network.subnets.map(({ id }) => id),
      securityGroups: [network.securityGroup.id],
      assignPublicIp: true,
    },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    // Slipway waits by itself, and tells why a service does not become stable.
    continueBeforeSteadyState: true,
    taskDefinitionArgs: {
      // Otherwise the family's name changes with its containers, and its history is lost.
      family: `${PROJECT_ID}-${name}`,
      cpu: config.cpu,
      memory: config.memory,
      logGroup: { args: { retentionInDays: config.logRetentionDays } },
      container: {
        name,
        image: tracked.image(name),
        essential: true,
        portMappings: [{ containerPort: SERVICE_PORT }],
        environment: [{ name: "PORT", value: String(SERVICE_PORT) }],
      },
    },
  });
  tracked.track(name, {
    cluster: cluster.arn,
    service: fargate.service.apply((service) => service.id),
    container: name,
  });
}
