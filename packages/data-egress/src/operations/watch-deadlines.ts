import { EVENT_TYPES, METRICS } from "../contract";
import { findOverdue } from "../core/deadlines";
import type { ServiceDependencies } from "./dependencies";
import { jobsSince } from "./jobs-of-day";

type Dependencies = Pick<
  ServiceDependencies,
  "name" | "rows" | "ledger" | "clock" | "sleeper" | "events" | "metrics" | "log"
>;

/** Milliseconds between two looks: what an alarm's period holds at least one of. */
const PERIOD = 4 * 60_000;

/** Tells, again and again until it is ended, which flags are overdue: a metric each time, an event once a day. */
export async function watchDeadlines(deps: Dependencies, signal: AbortSignal): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      await lookAtDeadlines(deps, told);
    } catch (error) {
      deps.log.warn("deadlines were not looked at", { reason: error instanceof Error ? error.message : String(error) });
    }
    await deps.sleeper.sleep(PERIOD, signal);
  }
}

/** One look. @param told What was told already; what is told now is added. */
export async function lookAtDeadlines(deps: Dependencies, told: Set<string>): Promise<void> {
  const { rows, ledger, clock, events, metrics, log, name } = deps;
  const known = (await rows.all()).flatMap((item) => (item.ok ? [item.row] : []));
  if (!known.some(({ expectedBy }) => expectedBy !== undefined)) return;
  const now = clock.now().toISOString();
  const overdue = findOverdue(known, await jobsSince(ledger, now.slice(0, 10)), now);
  metrics.count({ [METRICS.overdue]: overdue.length });
  for (const { pipeline, expectedBy, date } of overdue) {
    if (told.has(`${pipeline} ${date}`)) continue;
    told.add(`${pipeline} ${date}`);
    log.warn("overdue", { pipeline, expected_by: expectedBy, date });
    const detail = { data_egress: name, pipeline, expected_by: expectedBy, date };
    const problem = await events.publish({ type: EVENT_TYPES.overdue, detail });
    if (problem !== undefined) log.warn("event", { reason: problem });
  }
}
