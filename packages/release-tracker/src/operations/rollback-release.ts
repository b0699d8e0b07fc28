import { InvalidInputError } from "@slipway/core";
import { EVENT_TYPES } from "../contract";
import type { Pin } from "../core/deployment";
import { NoEarlierReleaseError } from "../core/errors";
import type { ProjectEnvironment } from "../core/manifest";
import type { DeployResult } from "../core/plan";
import { toTimestamp } from "../core/release";
import type { Release } from "../core/release";
import type { RollbackReleaseInput } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";
import { deployIntent } from "./deploy-release";
import { findEnvironment, findRelease } from "./lookup";

/** Deployments to look through for an earlier good release. */
const LOOK_BACK = 200;

/** Creates the operation that goes back to an earlier good release and stays there. */
export const createRollbackRelease =
  (deps: TrackerDependencies) =>
  async ({ environmentId, releaseId, reason, pin = true, ...options }: RollbackReleaseInput): Promise<DeployResult> => {
    if (reason.trim() === "")
      throw new InvalidInputError("reason", "is empty", "say why: it goes to the record and the pin");
    const environment = findEnvironment(deps.project, environmentId);
    const release = releaseId === undefined ? await findEarlier(deps, environment) : await findRelease(deps, releaseId);
    const description = options.description ?? reason;
    const result = await deployIntent(deps, { release, environment, kind: "rollback", description }, options);
    if (result.outcome === "succeeded" && pin) await hold(deps, environment, release, reason, result.deployment);
    return result;
  };

async function findEarlier(
  { deployments, releases, holds, project }: TrackerDependencies,
  { id }: ProjectEnvironment,
): Promise<Release> {
  const history = await deployments.latest({ projectId: project.id, environmentId: id }, LOOK_BACK);
  const good = history.filter(({ status }) => status === "succeeded").map(({ release_id }) => release_id);
  const earlier = [...new Set(good)].filter((releaseId) => releaseId !== good[0]);
  for (const releaseId of earlier) {
    const [release, rejection] = await Promise.all([releases.get(releaseId), holds.rejection(project.id, releaseId)]);
    if (release !== undefined && rejection === undefined) return release;
  }
  throw new NoEarlierReleaseError(id);
}

async function hold(
  { project, holds, clock, events }: TrackerDependencies,
  environment: ProjectEnvironment,
  release: Release,
  reason: string,
  deployment: { readonly requested_by: Pin["pinned_by"]; readonly correlation_id: string },
): Promise<void> {
  const pin: Pin = {
    reason,
    date_created: toTimestamp(clock.now()),
    pinned_by: deployment.requested_by,
    release_id: release.release_id,
  };
  await holds.putPin({ projectId: project.id, environmentId: environment.id }, pin);
  const { correlation_id } = deployment;
  const detail = { project_id: project.id, correlation_id, environment: environment.id, ...pin };
  await events.publish({ type: EVENT_TYPES.environmentPinned, detail });
}
