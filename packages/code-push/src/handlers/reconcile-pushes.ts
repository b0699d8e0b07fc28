import type { FunctionLog, FunctionMetrics, RunContext } from "@slipway/aws-runtime";
import { METRICS } from "../contract";
import type { PushDependencies } from "../operations/dependencies";
import { reconcile } from "../operations/reconcile";
import type { ReconcileReport } from "../push-client";

/** What the reconciler works with. */
export interface ReconcilePushesDependencies extends PushDependencies {
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
}

/** Time that is kept for one more repository and for looking again, in milliseconds. */
const RESERVE = 180_000;

/**
 * Creates the handler on schedule: compares remotes with what was pushed, queues what is missing, and tells.
 *
 * @throws Error (from the handler) when the event could not be published, so that its alarm tells.
 */
export const createReconcilePushes =
  (deps: ReconcilePushesDependencies) =>
  async (_event: unknown, context?: RunContext): Promise<ReconcileReport> => {
    const remaining = (): number => context?.getRemainingTimeInMillis() ?? Infinity;
    const correlationId = deps.ids.next();
    const bounded = { ...deps, git: deps.git.within(remaining) };
    const report = await reconcile(bounded, { correlationId, hasTime: () => remaining() > RESERVE });
    const { repositories, refs, missed, unreachable, complete } = report;
    deps.metrics.count({ [METRICS.missed]: missed.length, [METRICS.unreachable]: unreachable.length });
    const counts = { repositories, refs, missed: missed.length, unreachable: unreachable.length };
    const fields = { correlation_id: correlationId, complete, ...counts };
    if (missed.length + unreachable.length === 0) deps.log.info("compared", fields);
    else
      deps.log.warn("missed pushes", {
        ...fields,
        examples: missed.slice(0, 10).map(({ ref, sha }) => `${ref} ${sha}`),
      });
    for (const { repository, code, reason } of unreachable) {
      deps.log.warn("repository unreachable", { correlation_id: correlationId, repository, code, reason });
    }
    if (report.unsent !== undefined) throw new Error(report.unsent);
    return report;
  };
