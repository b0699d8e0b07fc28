import { SlipwayError } from "@slipway/core";
import { SiteNotFoundError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import { TEARDOWN_STEPS, type StepResult } from "../core/ports";
import { isDeletable } from "../core/status";
import type { SiteDependencies } from "./dependencies";
import { lookAt, nudge } from "./site-messages";
import { changePipeline, movePipeline } from "./write-pipeline";

/** Seconds until a step that waits for AWS is looked at again. */
const LOOK_AGAIN = 60;

/** How a run ended. */
export type TeardownResult =
  | { readonly kind: "disabled" | "deleted" | "nothing" }
  | { readonly kind: "waiting"; readonly for: string }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Asks for a site to be removed; what is provisioning or going live right now ends first. @throws SiteNotFoundError
 *
 * @returns whether it begins at once
 */
export async function requestDeletion(
  deps: SiteDependencies,
  siteId: string,
  correlationId: string,
): Promise<"scheduled" | "when idle" | "under way"> {
  const row = await deps.pipelines.get(siteId);
  if (row === undefined) throw new SiteNotFoundError(siteId);
  const { row: asked } = await changePipeline(deps, siteId, (now) =>
    now.delete_when_idle === true ? undefined : { delete_when_idle: true, correlation_id: correlationId },
  );
  const retried = row.status === "Failed to Delete";
  if (retried) await movePipeline(deps, siteId, { kind: "deletion-requested" }, { correlationId });
  await nudge(deps, asked);
  if (isDeletable(row.status)) return "scheduled";
  return row.status === "Provisioning" || row.status === "Deploying" ? "when idle" : "under way";
}

/** The first of the two functions: disables the distribution, and waits until that is so everywhere. */
export async function startTeardown(deps: SiteDependencies, siteId: string, last: boolean): Promise<TeardownResult> {
  await movePipeline(deps, siteId, { kind: "deletion-started" });
  const row = await deps.pipelines.get(siteId);
  if (row?.status !== "Deleting") return { kind: "nothing" };
  return guarded(deps, row, last, async () => {
    const result = await deps.infrastructure.disable(row);
    if (result.kind === "pending") return wait(deps, row, "startTeardown", result);
    await deps.queues.teardown.send([lookAt(row)]);
    return { kind: "disabled" };
  });
}

/**
 * The second: removes the record, then what it pointed at, then everything else, and the row at the very end. All of it
 * may have been removed before.
 */
export async function teardownSite(deps: SiteDependencies, siteId: string, last: boolean): Promise<TeardownResult> {
  const row = await deps.pipelines.get(siteId);
  if (row?.status !== "Deleting") return { kind: "nothing" };
  return guarded(deps, row, last, async () => {
    // Looked at again, since nothing may be removed below a distribution that still serves.
    const disabled = await deps.infrastructure.disable(row);
    if (disabled.kind === "pending") return wait(deps, row, "teardown", disabled);
    for (const step of TEARDOWN_STEPS) {
      const result = await deps.infrastructure.remove[step](row);
      if (result.kind === "pending") return wait(deps, row, "teardown", result);
    }
    await movePipeline(deps, siteId, { kind: "deleted" });
    return { kind: "deleted" };
  });
}

async function wait(
  { queues }: SiteDependencies,
  row: Pipeline,
  queue: "startTeardown" | "teardown",
  { waitingFor }: Extract<StepResult, { kind: "pending" }>,
): Promise<TeardownResult> {
  await queues[queue].send([lookAt(row)], LOOK_AGAIN);
  return { kind: "waiting", for: waitingFor };
}

async function guarded(
  deps: SiteDependencies,
  row: Pipeline,
  last: boolean,
  run: () => Promise<TeardownResult>,
): Promise<TeardownResult> {
  try {
    return await run();
  } catch (error) {
    if (!last && (!(error instanceof SlipwayError) || error.retryable)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await movePipeline(deps, row.site_id, { kind: "deletion-failed" }, { reason });
    return { kind: "failed", reason };
  }
}
