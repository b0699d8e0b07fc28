import { SlipwayError } from "@slipway/core";
import { IllegalMoveError, SiteNotFoundError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import { PROVISION_STEPS, type ProvisionStep } from "../core/ports";
import type { SiteDependencies } from "./dependencies";
import { lookAt, nudge } from "./site-messages";
import { changePipeline, movePipeline, readPipeline } from "./write-pipeline";

/** Seconds until a step that waits for AWS is looked at again. */
const LOOK_AGAIN = 30;

/** How a run ended. */
export type ProvisionResult =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly step: ProvisionStep; readonly for: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "nothing" };

/** Asks for a site to be provisioned, again where that failed. @throws SiteNotFoundError, IllegalMoveError */
export async function requestProvision(deps: SiteDependencies, siteId: string, correlationId: string): Promise<void> {
  const moved = await movePipeline(deps, siteId, { kind: "provision-requested" }, { correlationId });
  if (moved.kind === "gone") throw new SiteNotFoundError(siteId);
  if (moved.kind === "rejected") throw new IllegalMoveError(siteId, moved.row.status, "provisioning");
  await deps.queues.provision.send([lookAt(moved.row)]);
}

/**
 * Makes what a site consists of, step by step, each of which may have been made by an earlier run. What was made is
 * written down after each step, so that a later run goes on there.
 *
 * @param last Whether nobody tries again: what fails then has failed.
 * @throws whatever may be tried again
 */
export async function provisionSite(deps: SiteDependencies, siteId: string, last: boolean): Promise<ProvisionResult> {
  await movePipeline(deps, siteId, { kind: "provisioning-started" });
  const row = await deps.pipelines.get(siteId);
  if (row?.status !== "Provisioning") return { kind: "nothing" };
  let step: ProvisionStep = PROVISION_STEPS[0];
  try {
    for (step of PROVISION_STEPS) {
      const waiting = await runStep(deps, siteId, step);
      if (waiting !== undefined) return waiting;
    }
    await movePipeline(deps, siteId, { kind: "provisioned" });
    await nudge(deps, row);
    return { kind: "ready" };
  } catch (error) {
    if (!last && (!(error instanceof SlipwayError) || error.retryable)) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    const reason = problem.startsWith("[") ? problem : `[${step}] ${problem}`;
    await movePipeline(deps, siteId, { kind: "provisioning-failed" }, { reason });
    await nudge(deps, row);
    return { kind: "failed", reason };
  }
}

async function runStep(
  deps: SiteDependencies,
  siteId: string,
  step: ProvisionStep,
): Promise<ProvisionResult | undefined> {
  const row = await readPipeline(deps, siteId);
  const result = await deps.infrastructure.provision[step](row);
  if (result.made !== undefined) await noteResources(deps, row, result.made);
  if (result.kind === "pending") {
    await deps.queues.provision.send([lookAt(row)], LOOK_AGAIN);
    return { kind: "waiting", step, for: result.waitingFor };
  }
  return undefined;
}

async function noteResources(deps: SiteDependencies, row: Pipeline, made: Pipeline["resources"]): Promise<void> {
  await changePipeline(deps, row.site_id, ({ resources }) => {
    const known: Readonly<Record<string, unknown>> = { ...resources };
    const news = Object.entries(made).some(([name, value]) => known[name] !== value);
    return news ? { resources: { ...resources, ...made } } : undefined;
  });
}
