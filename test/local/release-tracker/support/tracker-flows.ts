import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { DRIFT_ENVIRONMENT, imageParameterName } from "@slipway/release-tracker/contract";
import { connectToAws, createTrackerClient, type TrackerDependencies } from "@slipway/release-tracker/library";
import { randomUUID } from "node:crypto";
import { connectDriftReconciler } from "../../../../packages/release-tracker/src/adapters/drift-connection";
import { randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { createDetectDrift, type DriftReport } from "../../../../packages/release-tracker/src/handlers/detect-drift";
import { MemoryStacks } from "../../../../packages/release-tracker/src/library-memory";
import type { EventPublisher } from "../../../../packages/release-tracker/src/core/ports";

/** Where the flows run: real tables, labels and images; stacks in memory, since those are not the tracker's rights. */
export interface Ground {
  readonly tables: { readonly releases: string; readonly deployments: string };
  readonly projectId: string;
  readonly environmentId: string;
  /** Image by tag, in ECR. */
  readonly image: string;
  /** Role that deploys the environment. */
  readonly deployerRoleArn: string;
}

/** Events whose loss is a failure here, while the library only mentions it. */
const insisting = (events: EventPublisher): EventPublisher => ({
  publish: async (event) => {
    const problem = await events.publish(event);
    if (problem !== undefined) throw new Error(problem);
    return undefined;
  },
});

function connect({
  tables,
  projectId,
  environmentId,
}: Ground): TrackerDependencies & { readonly stacks: MemoryStacks } {
  const environments = [{ id: environmentId, name: "Development", stack: environmentId }];
  const aws = connectToAws({
    project: { id: projectId, name: "Least privilege", environments },
    releasesTable: tables.releases,
    deploymentsTable: tables.deployments,
    requestedBy: { id: "test", name: "test" },
    timing: { lease: 5_000, poll: 10, stable: 1_000 },
  });
  const stacks = new MemoryStacks(aws.labels);
  return { ...aws, stacks, services: stacks, events: insisting(aws.events) };
}

/** A build job: publishes an image that nobody has published before. */
export async function publish(ground: Ground): Promise<void> {
  const client = createTrackerClient(connect(ground));
  await client.publishImage({ service: `service-${randomUUID()}`, uri: ground.image });
}

/** A person who releases: prepares, deploys in vain since `broken` crashes, deploys, pins and rejects. */
export async function release(ground: Ground, broken: string): Promise<void> {
  const { environmentId } = ground;
  const deps = connect(ground);
  const client = createTrackerClient(deps);
  // A flow that broke off may have left the environment pinned.
  await client.unpinEnvironment({ environmentId });
  const requestToken = randomUUID();
  const { release } = await client.prepareRelease({ description: "first", requestToken });
  const deploy = { releaseId: release.release_id, environmentId };

  deps.stacks.crashing.add(release.images[broken] ?? "");
  await expectOutcome(client.deployRelease(deploy), "failed");
  deps.stacks.crashing.clear();
  await expectOutcome(client.deployRelease(deploy), "succeeded");

  await client.pinEnvironment({ environmentId, reason: "test" });
  await client.unpinEnvironment({ environmentId });
  await client.rejectRelease({ releaseId: release.release_id, reason: "test" });
  const roles = new AssumeRoleCommand({ RoleArn: ground.deployerRoleArn, RoleSessionName: "flow" });
  await new STSClient().send(roles);
}

/** Somebody who only looks. */
export async function look(ground: Ground): Promise<void> {
  const deps = connect(ground);
  const client = createTrackerClient(deps);
  await client.listImages();
  await client.listReleases({ limit: 5 });
  await client.statusMatrix();
  await deps.registry.describe(ground.image);
}

/** Puts the image of a service under `latest`, with the rights of root. */
export async function label({ projectId }: Ground, service: string, image: string): Promise<void> {
  const Name = imageParameterName(projectId, "latest", service);
  await new SSMClient().send(new PutParameterCommand({ Name, Value: image, Type: "String" }));
}

/** The reconciler: looks for drift with the environment's observer role. */
export async function detectDrift(ground: Ground, observerRoleArn: string): Promise<readonly DriftReport[]> {
  const variables = {
    [DRIFT_ENVIRONMENT.projectId]: ground.projectId,
    [DRIFT_ENVIRONMENT.releasesTable]: ground.tables.releases,
    [DRIFT_ENVIRONMENT.deploymentsTable]: ground.tables.deployments,
    [DRIFT_ENVIRONMENT.eventBus]: "default",
    [DRIFT_ENVIRONMENT.environments]: JSON.stringify([{ id: ground.environmentId, observerRoleArn }]),
  };
  const quiet = { info: () => undefined, warn: () => undefined };
  const detect = createDetectDrift({
    ...connectDriftReconciler(variables, realSleeper, systemClock),
    metrics: { countDrifted: () => undefined },
    log: quiet,
    clock: systemClock,
    ids: randomIds,
  });
  return detect();
}

async function expectOutcome(deploying: Promise<{ outcome: string; reason?: string }>, wanted: string): Promise<void> {
  const { outcome, reason = "" } = await deploying;
  if (outcome !== wanted) throw new Error(`${outcome}: ${reason}`);
}
