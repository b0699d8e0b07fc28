import { SlipwayError } from "@slipway/core";
import type { ReleaseServiceOutput } from "../contract";
import type { Deployment } from "../core/deployment";
import { NothingDeployedError } from "../core/errors";
import type { ProjectEnvironment } from "../core/manifest";
import { compareServices } from "../core/status";
import type { EnvironmentStatus, RunningImage } from "../core/status";
import type { Confirmation, ReleaseTrackerClient } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";
import { findEnvironment } from "./lookup";
import { readLabels, toRef } from "./plan-deployment";
import { DEFAULT_LIMIT, requireLimit } from "./read-releases";

type Dependencies = Pick<
  TrackerDependencies,
  "project" | "deployments" | "leases" | "holds" | "labels" | "stacks" | "services" | "clock"
>;

/** Creates the operation that lists the deployments of an environment. */
export const createDeploymentHistory =
  ({ project, deployments }: Dependencies): ReleaseTrackerClient["deploymentHistory"] =>
  async ({ environmentId, limit = DEFAULT_LIMIT }): Promise<readonly Deployment[]> => {
    const { id } = findEnvironment(project, environmentId);
    return deployments.latest({ projectId: project.id, environmentId: id }, requireLimit(limit));
  };

/** Creates the operation that compares environments by record, label and running digest. */
export const createStatusMatrix =
  (deps: Dependencies): ReleaseTrackerClient["statusMatrix"] =>
  async ({ environmentId } = {}): Promise<readonly EnvironmentStatus[]> => {
    const chosen =
      environmentId === undefined ? deps.project.environments : [findEnvironment(deps.project, environmentId)];
    const statuses: EnvironmentStatus[] = [];
    // One after the other: each may run the Pulumi CLI.
    for (const environment of chosen) statuses.push(await readStatus(deps, environment));
    return statuses;
  };

/** Creates the operation that asks the running services whether they run what was released. */
export const createConfirmDeployment =
  (deps: Dependencies): ReleaseTrackerClient["confirmDeployment"] =>
  async ({ environmentId }): Promise<Confirmation> => {
    const environment = findEnvironment(deps.project, environmentId);
    const status = await readStatus(deps, environment);
    const deployment = status.released;
    if (deployment === undefined) throw new NothingDeployedError(environmentId);
    const confirmed = status.services
      .filter(({ service }) => service in deployment.images)
      .every(({ drift, running }) => drift.length === 0 && running !== undefined);
    return { confirmed, deployment, status };
  };

async function readStatus(deps: Dependencies, environment: ProjectEnvironment): Promise<EnvironmentStatus> {
  const address = { projectId: deps.project.id, environmentId: environment.id };
  const [released, [latest], pin, lease, labels, looked] = await Promise.all([
    deps.deployments.latestWith(address, "succeeded"),
    deps.deployments.latest(address, 1),
    deps.holds.pin(address),
    deps.leases.read(address),
    readLabels(deps, environment),
    lookAtServices(deps, environment),
  ]);
  const images = released?.images ?? {};
  const deploying =
    lease === undefined || lease.released ? undefined : { holder: lease.holderName, since: lease.since };
  const services = compareServices(images, labels, looked.running);
  return { environment: toRef(environment), released, latest, pin, deploying, services, notice: looked.notice };
}

interface Look {
  readonly running?: Readonly<Record<string, RunningImage>>;
  readonly notice?: string;
}

async function lookAtServices(deps: Dependencies, { id, stack }: ProjectEnvironment): Promise<Look> {
  try {
    const { services } = await deps.stacks.current(stack, {});
    const looks = await Promise.all(Object.entries(services).map((entry) => lookAt(deps, stack, entry)));
    return { running: Object.fromEntries(looks) };
  } catch (error) {
    // A matrix with one unreachable environment is worth more than none.
    if (error instanceof SlipwayError) return { notice: `what runs in ${id} is not known: ${error.message}` };
    throw error;
  }
}

async function lookAt(
  { services }: Dependencies,
  stack: string,
  [service, target]: readonly [string, ReleaseServiceOutput],
): Promise<readonly [string, RunningImage]> {
  const { digests, desired } = await services.observe(stack, target);
  const known = digests.filter((digest) => digest !== undefined);
  return [service, { digests: [...new Set(known)].sort(), desired }];
}
