import { createRateLimiter, processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { fixedIdentity, StsIdentity } from "@slipway/aws-runtime/identity";
import { InvalidInputError, type Requester } from "@slipway/core";
import { createServiceClients, createTrackerClients } from "./adapters/aws-clients";
import { DynamoDeploymentStore } from "./adapters/dynamo-deployment-store";
import { DynamoHoldStore } from "./adapters/dynamo-hold-store";
import { DynamoLeaseStore } from "./adapters/dynamo-lease-store";
import { DynamoReleaseStore } from "./adapters/dynamo-release-store";
import { EcrImageRegistry } from "./adapters/ecr-image-registry";
import { EcsRunningServices } from "./adapters/ecs-running-services";
import { PulumiStackRunner } from "./adapters/pulumi-stack-runner";
import { SsmImageLabels } from "./adapters/ssm-image-labels";
import { EVENT_SOURCE } from "./contract";
import type { Project } from "./core/manifest";
import type { DeployResult } from "./core/plan";
import { requireText } from "./core/require-text";
import { createTrackerClient, DEFAULT_TIMING } from "./operations";
import type { Timing, TrackerDependencies } from "./operations";
import type { DeployReleaseInput, ReleaseTrackerClient } from "./tracker-client";

export type * from "./core/deployment";
export type { DeploymentStatus } from "./core/deployment-status";
export { AccessDeniedError, ServiceUnreachableError } from "@slipway/aws-runtime";
export * from "./core/errors";
export type { DeploymentFreeze, DeploymentWindow, Project, ProjectEnvironment } from "./core/manifest";
export type * from "./core/plan";
export type * from "./core/progress";
export type * from "./core/release";
export type * from "./core/status";
export type * from "./tracker-client";
export { findProject, MANIFEST_FILES } from "./adapters/manifest-file";
export type { FoundProject } from "./adapters/manifest-file";
export { createTrackerClient } from "./operations";
export type { Timing, TrackerDependencies } from "./operations";

/** Requests a second that SSM takes without being asked for more. */
const SSM_REQUESTS_PER_SECOND = 40;

/** Where the tracker of a project is. */
export interface TrackerConnection {
  /** The project, e.g. from `findProject`. */
  readonly project: Project;
  /** Name of the releases table. */
  readonly releasesTable: string;
  /** Name of the deployments table. */
  readonly deploymentsTable: string;
  /** Name or ARN of the event bus. @default "default" */
  readonly eventBus?: string | undefined;
  /** Region of the tables and labels. @default the ambient region */
  readonly region?: string | undefined;
  /** Folder of the Pulumi project whose stacks are the environments. @default the current folder */
  readonly workDir?: string | undefined;
  /** Who is asking. @default what STS says about the ambient credentials */
  readonly requestedBy?: Requester | undefined;
  /** Variables for the Pulumi CLI on top of this process's own. @default none */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** How long leases, pauses and waits are. @default 30 s leases, a look every 2 s, 15 min until services are stable */
  readonly timing?: Partial<Timing> | undefined;
}

/**
 * Opens the release tracker of a project. Makes no request by itself.
 *
 * @throws InvalidInputError naming what is missing of the connection.
 */
export const openReleaseTracker = (connection: TrackerConnection): ReleaseTrackerClient =>
  createTrackerClient(connectToAws(connection));

/**
 * Deploys a release in one call, for a CI script.
 *
 * @throws InvalidInputError naming what is missing, and what deploying throws.
 */
export async function deployRelease(input: TrackerConnection & DeployReleaseInput): Promise<DeployResult> {
  const { releaseId, environmentId } = input;
  requireText({ releaseId, environmentId }, "name the release (or `latest`) and an environment of the manifest");
  return openReleaseTracker(input).deployRelease(input);
}

/** The dependencies of the operations on AWS and the Pulumi CLI; replace some of them to embed or to test. */
export function connectToAws(connection: TrackerConnection): TrackerDependencies {
  const { project, region, workDir = ".", env = {}, eventBus = "default", requestedBy } = connection;
  requireConnection(connection);
  const clients = createTrackerClients(region);
  const tables = { releases: connection.releasesTable, deployments: connection.deploymentsTable };
  const limiter = createRateLimiter(SSM_REQUESTS_PER_SECOND, processStopwatch, realSleeper);
  return {
    project,
    releases: new DynamoReleaseStore(clients.dynamo, tables, realSleeper),
    deployments: new DynamoDeploymentStore(clients.dynamo, tables, realSleeper),
    leases: new DynamoLeaseStore(clients.dynamo, tables.deployments, systemClock),
    holds: new DynamoHoldStore(clients.dynamo, tables.deployments),
    labels: new SsmImageLabels(clients.ssm, project.id, limiter),
    registry: new EcrImageRegistry(clients.registryFor),
    stacks: new PulumiStackRunner(workDir, env),
    services: new EcsRunningServices(createServiceClients(workDir, region)),
    events: new EventBridgePublisher(clients.events, eventBus, EVENT_SOURCE),
    identity: requestedBy === undefined ? new StsIdentity(clients.sts) : fixedIdentity(requestedBy),
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    timing: { ...DEFAULT_TIMING, ...connection.timing },
  };
}

function requireConnection({
  project,
  releasesTable,
  deploymentsTable,
  eventBus = "default",
}: TrackerConnection): void {
  const given: unknown = project;
  if (given === undefined || given === null) throw new InvalidInputError("project", "is missing", "pass findProject's");
  requireText(
    { releasesTable, deploymentsTable, eventBus },
    "give the output of that name of the stack that holds the ReleaseTracker",
  );
}
