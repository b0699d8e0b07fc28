import { METRICS } from "../contract";
import { hopName, type PromotionDependencies } from "../operations/dependencies";
import { reconcile, type DriftReport } from "../operations/reconcile";
import type { PromotionLog, PromotionMetrics, RunContext } from "./telemetry";

/** What the reconciler works with. */
export interface ReconcileArtefactsDependencies extends PromotionDependencies {
  readonly metrics: PromotionMetrics;
  readonly log: PromotionLog;
}

/** Time that a page takes at worst, in milliseconds. */
const RESERVE = 60_000;

/**
 * Creates the handler on schedule: compares the buckets, reports, and asks the queue to mend what drifted.
 *
 * @throws Error (from the handler) when the event about drift could not be published, so that its alarm tells.
 */
export const createReconcileArtefacts =
  (deps: ReconcileArtefactsDependencies) =>
  async (_event: unknown, context?: RunContext): Promise<DriftReport> => {
    const correlationId = deps.ids.next();
    const report = await reconcile(deps, {
      reason: { trigger: "reconcile", requestedBy: await deps.identity.whoami(), correlationId },
      hasTime: () => (context?.getRemainingTimeInMillis() ?? Infinity) > RESERVE,
    });
    const { counts, scanned, repairs, complete } = report;
    const drifted = counts.missing + counts.different;
    deps.metrics.count({ [METRICS.drifted]: drifted, [METRICS.extra]: counts.extra });
    const fields = { hop: hopName(deps.hop), correlation_id: correlationId, scanned, repairs, complete, ...counts };
    if (drifted === 0) deps.log.info("compared", fields);
    else deps.log.warn("drift", fields);
    if (report.unsent !== undefined) throw new Error(report.unsent);
    return report;
  };
