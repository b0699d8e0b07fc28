import pMap from "p-map";
import { MENDABLE, type Difference } from "../core/difference";
import type { BackfillCounts, BackfillJob, Promotion } from "../core/ledger";
import { progressOf, type BackfillProgress } from "../core/progress";
import { compareBuckets, type ComparedPage } from "./compare-buckets";
import type { PromotionDependencies } from "./dependencies";
import { lookAgain, type LookAgainReason } from "./look-again";
import { promoteObject, type PromotionResult } from "./promote-object";
import { createPromotionRecorder } from "./promotion-recorder";

/** How a run of a backfill is watched and stopped. */
export interface BackfillWatch {
  /** Artefacts to do, where somebody counted. */
  readonly total?: number | undefined;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  /** Whether an earlier run of the job died: it may have made copies that the ledger does not have. */
  readonly interrupted?: boolean | undefined;
  /** What there is to do from the job's cursor on, where somebody compared already. Default: the buckets are compared. */
  readonly pages?: readonly ComparedPage[] | undefined;
  /** Asked between artefacts: what to stop as, or nothing to go on. */
  readonly stop: () => "cancelled" | "paused" | undefined;
}

/**
 * Goes through the buckets from the job's cursor on and promotes what is missing or different.
 *
 * The cursor moves only past pages whose artefacts are all promoted, or safe in the queue: one that cannot be promoted
 * here is handed to the queue, where it is tried again and ends as a dead letter if it must.
 */
export async function runBackfill(
  deps: PromotionDependencies,
  job: BackfillJob,
  watch: BackfillWatch,
): Promise<BackfillJob> {
  const fresh = { ...deps, hop: { ...deps.hop, grace: 0 } };
  const report = reporter(deps, job, watch);
  let now = await save(deps, job);
  let unsure = watch.interrupted === true;
  const pages = watch.pages ?? compareBuckets(fresh, { prefix: job.prefix, after: job.cursor });
  const last = watch.pages?.at(-1);
  for await (const page of pages) {
    const mendable = page.differences.filter(({ kind }) => MENDABLE.has(kind));
    // The page that a run died in is the first one after the cursor.
    if (unsure) await ensureRecorded(deps, job, page.same);
    unsure = false;
    const done = await workOff(deps, now, mendable, watch, report);
    const counts = add(now.counts, { ...done.counts, scanned: done.complete ? page.scanned : 0 });
    const status = watch.stop() ?? (page === last ? "finished" : "running");
    now = await save(deps, { ...now, counts, status, ...(done.complete && { cursor: page.cursor }) });
    if (status !== "running") return now;
  }
  return save(deps, { ...now, status: "finished" });
}

interface Worked {
  readonly counts: Omit<BackfillCounts, "scanned">;
  /** False when it was stopped within the page. */
  readonly complete: boolean;
}

type Report = (done: number, bytes: number) => void;

async function workOff(
  deps: PromotionDependencies,
  job: BackfillJob,
  mendable: readonly Difference[],
  watch: BackfillWatch,
  report: Report,
): Promise<Worked> {
  const reason: LookAgainReason = { trigger: "backfill", requestedBy: job.requestedBy, correlationId: job.id };
  if (job.mode === "queued") {
    await deps.queue.send(mendable.map((difference) => lookAgain(difference, reason)));
    report(mendable.length, 0);
    return { counts: { promoted: 0, bytes: 0, queued: mendable.length, skipped: 0 }, complete: true };
  }
  const recorder = createPromotionRecorder(deps, job.id);
  const counts = { promoted: 0, bytes: 0, skipped: 0 };
  const failed: Difference[] = [];
  let complete = true;
  // Nothing of a result is kept: a page has thousands of them.
  const promote = async (difference: Difference): Promise<void> => {
    if (watch.stop() !== undefined) {
      complete = false;
      return;
    }
    const result = await promoteOne(deps, difference, reason, report);
    if (result === "failed") {
      failed.push(difference);
      return;
    }
    const promotions = promotionsOf(result);
    recorder.add(promotions);
    if (result.kind === "promoted") {
      counts.promoted += 1;
      for (const { size = 0 } of promotions) counts.bytes += size;
    } else counts.skipped += 1;
  };
  await pMap(mendable, promote, { concurrency: deps.limits.objectsAtOnce });
  await recorder.finish();
  await deps.queue.send(failed.map((difference) => lookAgain(difference, reason)));
  return { counts: { ...counts, queued: failed.length }, complete };
}

/** Looks again at what is the same on both sides, so that the ledger gets the copies that it was not told of. */
async function ensureRecorded(deps: PromotionDependencies, job: BackfillJob, keys: readonly string[]): Promise<void> {
  const order = {
    trigger: "backfill",
    requestedBy: job.requestedBy,
    correlationId: job.id,
    redelivered: true,
  } as const;
  const results = await pMap(keys, (key) => promoteObject(deps, { ...order, key }), {
    concurrency: deps.limits.objectsAtOnce,
  });
  await deps.ledger.record(results.flatMap(promotionsOf));
}

const promotionsOf = (result: PromotionResult): readonly Promotion[] =>
  "promotions" in result ? result.promotions : [];

async function promoteOne(
  deps: PromotionDependencies,
  { key, source }: Difference,
  reason: LookAgainReason,
  report: Report,
): Promise<PromotionResult | "failed"> {
  try {
    // An earlier run may have copied it and died before it told the ledger.
    const result = await promoteObject(deps, { key, ...reason, sighting: source, redelivered: true });
    report(1, result.kind === "promoted" ? (source?.size ?? 0) : 0);
    return result;
  } catch (error) {
    // Whatever it is: the queue tries again, tells why, and keeps what cannot be mended.
    if (!(error instanceof Error)) throw error;
    report(1, 0);
    return "failed";
  }
}

function reporter({ stopwatch }: PromotionDependencies, { mode }: BackfillJob, watch: BackfillWatch): Report {
  const phase = mode === "queued" ? "queueing" : "promoting";
  const began = stopwatch.elapsed();
  let [done, bytes] = [0, 0];
  return (more, moreBytes) => {
    done += more;
    bytes += moreBytes;
    const total = watch.total === undefined ? {} : { total: watch.total };
    watch.onProgress?.(progressOf(phase, { done, bytes, ...total }, stopwatch.elapsed() - began));
  };
}

async function save({ ledger, clock }: PromotionDependencies, job: BackfillJob): Promise<BackfillJob> {
  const saved = { ...job, updatedAt: clock.now().toISOString() };
  await ledger.saveJob(saved);
  return saved;
}

const add = (a: BackfillCounts, b: BackfillCounts): BackfillCounts => ({
  scanned: a.scanned + b.scanned,
  promoted: a.promoted + b.promoted,
  bytes: a.bytes + b.bytes,
  queued: a.queued + b.queued,
  skipped: a.skipped + b.skipped,
});
