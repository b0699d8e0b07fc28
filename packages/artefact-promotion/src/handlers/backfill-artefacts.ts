import { EVENT_TYPES, type BackfillAnswer, type BackfillRequest } from "../contract";
import { BackfillNotFoundError } from "../core/errors";
import { newJob } from "../operations/backfill";
import { runBackfill } from "../operations/backfill-run";
import { hopName, type PromotionDependencies } from "../operations/dependencies";
import type { PromotionLog, RunContext } from "./telemetry";

/** What the backfill function works with. */
export interface BackfillArtefactsDependencies extends PromotionDependencies {
  readonly log: PromotionLog;
}

/** Time that a page takes at worst, in milliseconds. */
const RESERVE = 60_000;

/**
 * Creates the handler that brings what an environment missed, through the queue. It needs no plan, since it copies
 * nothing by itself; a run that has no time left answers `paused`, and goes on when it is invoked with its job id.
 */
export const createBackfillArtefacts =
  (deps: BackfillArtefactsDependencies) =>
  async (request: BackfillRequest = {}, context?: RunContext): Promise<BackfillAnswer> => {
    const requestedBy = request.requested_by ?? (await deps.identity.whoami());
    const job =
      request.job_id === undefined ? newJob(deps, { mode: "queued", requestedBy }) : await find(deps, request.job_id);
    const ended = await runBackfill(
      deps,
      { ...job, mode: "queued", status: "running" },
      { stop: () => ((context?.getRemainingTimeInMillis() ?? Infinity) > RESERVE ? undefined : "paused") },
    );
    const { status, counts } = ended;
    const detail = { hop: hopName(deps.hop), correlation_id: job.id, job_id: job.id, status, ...counts };
    const unsent = await deps.events.publish({ type: EVENT_TYPES.backfillFinished, detail });
    deps.log.info("backfill", { correlation_id: job.id, status, ...counts, unsent });
    return {
      job_id: job.id,
      status: status === "finished" ? "finished" : "paused",
      queued: counts.queued,
      scanned: counts.scanned,
    };
  };

async function find({ ledger }: BackfillArtefactsDependencies, id: string) {
  const job = await ledger.job(id);
  if (job === undefined) throw new BackfillNotFoundError(id);
  return job;
}
