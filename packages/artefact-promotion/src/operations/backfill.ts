import type { Requester } from "@slipway/core";
import type { BackfillInput, BackfillResult } from "../artefact-client";
import { EVENT_TYPES } from "../contract";
import { BackfillNotFoundError } from "../core/errors";
import { MENDABLE, type Difference } from "../core/difference";
import { NO_COUNTS, type BackfillCounts, type BackfillJob } from "../core/ledger";
import { progressOf } from "../core/progress";
import { runBackfill } from "./backfill-run";
import { compareBuckets, type ComparedPage } from "./compare-buckets";
import { hopName, type PromotionDependencies } from "./dependencies";

/** Artefacts above which the queue does the copying. */
const QUEUE_ABOVE = 1000;
const DRAIN_PAUSE = 1000;

/**
 * Creates `backfill`: brings to the target what is missing or different there.
 *
 * First it compares the buckets, to know how much there is to do; then it promotes, itself or through the queue (which
 * compares once more, so as not to hold it all in memory), and notes after each page how far it is. So it can be stopped
 * or die at any moment: the next run goes on after the last page that is done with, and artefacts that are there already
 * are not copied again.
 */
export const createBackfill =
  (deps: PromotionDependencies) =>
  async (input: BackfillInput = {}): Promise<BackfillResult> => {
    // Nobody waits for it yet, and a rejection that nobody waits for would end the process.
    const asked = input.dryRun === true ? undefined : deps.identity.whoami();
    asked?.catch(() => undefined);
    const resumed = input.resume === undefined ? undefined : await findJob(deps, input.resume);
    const scope = { prefix: resumed?.prefix ?? input.prefix, after: resumed?.cursor };
    const { size, aborted, pages } = await measure(deps, { ...input, queueAbove: limitOf(input, resumed) }, scope);
    const mode = pages === undefined ? "queued" : "direct";
    const planned = { ...size, mode } as const;
    if (asked === undefined || aborted) return { planned, counts: NO_COUNTS };
    if (planned.artefacts > 0) await input.confirm?.(planned);

    const requestedBy = await asked;
    const job = resumed ?? newJob(deps, { prefix: input.prefix, mode, requestedBy });
    const started: BackfillJob = { ...job, status: "running", mode };
    const told = tell(deps, EVENT_TYPES.backfillStarted, started);
    told.catch(() => undefined);
    const ended = await runBackfill(deps, started, {
      total: planned.artefacts,
      pages,
      onProgress: input.onProgress,
      interrupted: resumed?.status === "running",
      stop: () => (input.signal?.aborted === true ? "cancelled" : undefined),
    });
    await told;
    if (mode === "queued" && input.waitForQueue === true && ended.status === "finished") await drain(deps, input);
    await tell(deps, EVENT_TYPES.backfillFinished, ended);
    return { job: ended, planned, counts: subtract(ended.counts, started.counts) };
  };

/** A job that has not begun. */
export function newJob(
  { ids, clock }: PromotionDependencies,
  given: { readonly prefix?: string | undefined; readonly mode: BackfillJob["mode"]; readonly requestedBy: Requester },
): BackfillJob {
  const now = clock.now().toISOString();
  return { ...given, id: ids.next(), status: "running", startedAt: now, updatedAt: now, counts: NO_COUNTS };
}

/** With more artefacts than this the queue does the copying; -1 means always. A job that goes on does it as it began. */
function limitOf({ queueAbove }: BackfillInput, resumed: BackfillJob | undefined): number {
  if (queueAbove !== undefined || resumed === undefined) return queueAbove ?? QUEUE_ABOVE;
  return resumed.mode === "direct" ? Number.POSITIVE_INFINITY : -1;
}

async function findJob({ ledger }: PromotionDependencies, id: string): Promise<BackfillJob> {
  const found =
    id === "latest" ? (await ledger.jobs(100)).find(({ status }) => status !== "finished") : await ledger.job(id);
  if (found === undefined || found.status === "finished") throw new BackfillNotFoundError(id);
  return found;
}

interface Measured {
  readonly size: { readonly artefacts: number; readonly bytes: number };
  readonly aborted: boolean;
  /** What was compared; nothing where there is too much for one process. */
  readonly pages: readonly ComparedPage[] | undefined;
}

async function measure(
  deps: PromotionDependencies,
  { onDifference, onProgress, signal, queueAbove }: BackfillInput & { readonly queueAbove: number },
  scope: { readonly prefix?: string | undefined; readonly after?: string | undefined },
): Promise<Measured> {
  const began = deps.stopwatch.elapsed();
  let [scanned, artefacts, bytes] = [0, 0, 0];
  const aborted = () => signal?.aborted === true;
  let pages: ComparedPage[] | undefined = queueAbove < 0 ? undefined : [];
  for await (const page of compareBuckets(ungraced(deps), { ...scope, pageSize: deps.limits.keysOfPage })) {
    if (aborted()) break;
    const mendable = page.differences.filter(({ kind }) => MENDABLE.has(kind));
    for (const difference of mendable) onDifference?.(difference);
    scanned += page.scanned;
    artefacts += mendable.length;
    bytes += sum(mendable);
    if (artefacts > queueAbove) pages = undefined;
    // Only a resumed run looks at what is the same, and only on its first page.
    pages?.push({ ...page, differences: mendable, same: pages.length === 0 ? page.same : [] });
    onProgress?.(progressOf("planning", { done: scanned, bytes: 0 }, deps.stopwatch.elapsed() - began));
  }
  return { size: { artefacts, bytes }, aborted: aborted(), pages };
}

/** Who asks for a backfill does not want to wait for what may be on its way. */
export const ungraced = <T extends PromotionDependencies>(deps: T): T => ({ ...deps, hop: { ...deps.hop, grace: 0 } });

const sum = (differences: readonly Difference[]): number =>
  differences.reduce((total, { source }) => total + (source?.size ?? 0), 0);

async function drain(deps: PromotionDependencies, { onProgress, signal }: BackfillInput): Promise<void> {
  const began = deps.stopwatch.elapsed();
  let most = 0;
  for (let left = await deps.queue.backlog(); left > 0; left = await deps.queue.backlog()) {
    if (signal?.aborted === true) return;
    most = Math.max(most, left);
    const counts = { done: most - left, total: most, bytes: 0 };
    onProgress?.(progressOf("draining", counts, deps.stopwatch.elapsed() - began));
    await deps.sleeper.sleep(DRAIN_PAUSE, signal);
  }
}

async function tell(
  { events, hop }: PromotionDependencies,
  type: typeof EVENT_TYPES.backfillStarted | typeof EVENT_TYPES.backfillFinished,
  { id, status, mode, counts, requestedBy }: BackfillJob,
): Promise<void> {
  const detail = {
    hop: hopName(hop),
    correlation_id: id,
    job_id: id,
    status,
    mode,
    ...counts,
    requested_by: requestedBy,
  };
  await events.publish({ type, detail });
}

const subtract = (a: BackfillCounts, b: BackfillCounts): BackfillCounts => ({
  scanned: a.scanned - b.scanned,
  promoted: a.promoted - b.promoted,
  bytes: a.bytes - b.bytes,
  queued: a.queued - b.queued,
  skipped: a.skipped - b.skipped,
});
