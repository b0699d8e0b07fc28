import { InvalidInputError } from "@slipway/core";
import { EVENT_TYPES } from "../contract";
import type { Pin, Rejection } from "../core/deployment";
import { toTimestamp } from "../core/release";
import type { ReasonInput } from "../tracker-client";
import type { TrackerDependencies } from "./dependencies";
import { findEnvironment, findRelease } from "./lookup";

type Dependencies = Pick<
  TrackerDependencies,
  "project" | "releases" | "deployments" | "holds" | "events" | "identity" | "clock" | "ids"
>;

/** Creates the operation that marks a release as bad. */
export const createRejectRelease =
  (deps: Dependencies) =>
  async ({ releaseId, reason, dryRun = false }: { readonly releaseId: string } & ReasonInput): Promise<Rejection> => {
    requireReason(reason);
    const release = await findRelease(deps, releaseId);
    const rejection: Rejection = {
      release_id: release.release_id,
      reason,
      date_created: toTimestamp(deps.clock.now()),
      rejected_by: await deps.identity.whoami(),
    };
    if (dryRun) return rejection;
    await deps.holds.putRejection(deps.project.id, rejection);
    const detail = { project_id: deps.project.id, correlation_id: deps.ids.next(), ...rejection };
    await deps.events.publish({ type: EVENT_TYPES.releaseRejected, detail });
    return rejection;
  };

/** Creates the operation that holds an environment at what it runs. */
export const createPinEnvironment =
  (deps: Dependencies) =>
  async ({ environmentId, reason, dryRun = false }: { readonly environmentId: string } & ReasonInput): Promise<Pin> => {
    requireReason(reason);
    const environment = findEnvironment(deps.project, environmentId);
    const address = { projectId: deps.project.id, environmentId: environment.id };
    const pin: Pin = {
      reason,
      date_created: toTimestamp(deps.clock.now()),
      pinned_by: await deps.identity.whoami(),
      release_id: (await deps.deployments.latestWith(address, "succeeded"))?.release_id,
    };
    if (dryRun) return pin;
    await deps.holds.putPin(address, pin);
    const detail = {
      project_id: deps.project.id,
      correlation_id: deps.ids.next(),
      environment: environment.id,
      ...pin,
    };
    await deps.events.publish({ type: EVENT_TYPES.environmentPinned, detail });
    return pin;
  };

/** Creates the operation that lets a pinned environment go. */
export const createUnpinEnvironment =
  (deps: Dependencies) =>
  async (input: {
    readonly environmentId: string;
    readonly dryRun?: boolean | undefined;
  }): Promise<Pin | undefined> => {
    const environment = findEnvironment(deps.project, input.environmentId);
    const address = { projectId: deps.project.id, environmentId: environment.id };
    if (input.dryRun === true) return deps.holds.pin(address);
    const pin = await deps.holds.removePin(address);
    if (pin === undefined) return undefined;
    const detail = {
      project_id: deps.project.id,
      correlation_id: deps.ids.next(),
      environment: environment.id,
      ...pin,
    };
    await deps.events.publish({ type: EVENT_TYPES.environmentUnpinned, detail });
    return pin;
  };

function requireReason(reason: string): void {
  if (reason.trim() !== "") return;
  throw new InvalidInputError("reason", "is empty", "say why: whoever is refused by it reads this");
}
