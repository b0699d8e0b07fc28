import { EVENT_TYPES } from "../contract";
import { addCounts, countDifferences, MENDABLE, type Difference, type DifferenceCounts } from "../core/difference";
import { compareBuckets } from "./compare-buckets";
import { hopName, type PromotionDependencies } from "./dependencies";
import { lookAgain, type LookAgainReason } from "./look-again";

/** What a comparison on schedule found, and handed to the queue for repair. */
export interface DriftReport {
  readonly scanned: number;
  readonly counts: DifferenceCounts;
  /** Artefacts that the queue was asked to promote: all that are missing or different. */
  readonly repairs: number;
  /** A few keys of each kind. */
  readonly examples: readonly { readonly kind: Difference["kind"]; readonly key: string }[];
  /** False when time ran out before the end. */
  readonly complete: boolean;
  /** Why the event could not be published; absent when it was, or when there was nothing to tell. */
  readonly unsent?: string | undefined;
}

/** How a run is cut. */
export interface ReconcileInput {
  readonly reason: LookAgainReason;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
}

const EXAMPLES = 10;
const NONE: DifferenceCounts = { missing: 0, different: 0, extra: 0, held: 0, "in-flight": 0 };

/**
 * Compares the buckets, asks the queue to mend what is missing or different, and tells about it. A run that has no time
 * left notes how far it came, and the next one goes on there: no part of a bucket is always the one left out.
 */
export async function reconcile(
  deps: PromotionDependencies,
  { reason, hasTime }: ReconcileInput,
): Promise<DriftReport> {
  let found = { scanned: 0, counts: NONE, repairs: 0, examples: [] as DriftReport["examples"], complete: true };
  const after = await deps.ledger.reconcileCursor();
  let reached: string | undefined;
  for await (const { scanned, differences, cursor } of compareBuckets(deps, { after })) {
    // Not after the last page: a run that dies before it has told of drift begins there again.
    if (reached !== undefined) await deps.ledger.saveReconcileCursor(reached);
    reached = cursor;
    const mendable = differences.filter(({ kind }) => MENDABLE.has(kind));
    await deps.queue.send(mendable.map((difference) => lookAgain(difference, reason)));
    found = {
      scanned: found.scanned + scanned,
      counts: addCounts(found.counts, countDifferences(differences)),
      repairs: found.repairs + mendable.length,
      examples: addExamples(found.examples, differences),
      complete: hasTime(),
    };
    if (!found.complete) break;
  }
  const unsent = await tell(deps, found, reason);
  await deps.ledger.saveReconcileCursor(found.complete ? undefined : reached);
  return { ...found, unsent };
}

function addExamples(examples: DriftReport["examples"], differences: readonly Difference[]): DriftReport["examples"] {
  const kinds = new Map<string, number>();
  return [...examples, ...differences.map(({ kind, key }) => ({ kind, key }))].filter(({ kind }) => {
    const seen = kinds.get(kind) ?? 0;
    kinds.set(kind, seen + 1);
    return seen < EXAMPLES;
  });
}

async function tell(
  { events, hop }: PromotionDependencies,
  { counts, examples, repairs, scanned }: Omit<DriftReport, "unsent">,
  { correlationId }: LookAgainReason,
): Promise<string | undefined> {
  if (counts.missing + counts.different === 0) return undefined;
  const detail = {
    hop: hopName(hop),
    correlation_id: correlationId,
    ...counts,
    scanned,
    repairs,
    examples: examples.filter(({ kind }) => MENDABLE.has(kind)),
  };
  return events.publish({ type: EVENT_TYPES.driftDetected, detail });
}
