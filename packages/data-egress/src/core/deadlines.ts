import { isDate } from "./dates";
import type { Job } from "./job";
import { pipelineOf, type Row } from "./rows";

/** A pipeline whose flag of the day has not come in time. */
export interface Overdue {
  readonly pipeline: string;
  /** `HH:MM`, UTC. */
  readonly expectedBy: string;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

/**
 * Pipelines whose flag is overdue: the time of the day has passed, and no job is about that day or was put on it.
 *
 * @param jobs At least all that were made on that day. @param now ISO 8601.
 */
export function findOverdue(rows: readonly Row[], jobs: readonly Job[], now: string): readonly Overdue[] {
  const [date = "", rest = ""] = now.split("T");
  const time = rest.slice(0, 5);
  if (!isDate(date)) throw new RangeError(`${now} is no time`);
  const came = new Set(
    jobs
      .filter(({ flag, planned }) => flag.at.startsWith(date) || planned?.moment.date === date)
      .flatMap(({ planned }) => planned?.pipeline ?? []),
  );
  const due = rows.flatMap((row) =>
    row.expectedBy !== undefined && row.expectedBy <= time && !came.has(pipelineOf(row))
      ? [{ pipeline: pipelineOf(row), expectedBy: row.expectedBy, date }]
      : [],
  );
  return due.filter(({ pipeline }, index) => due.findIndex((each) => each.pipeline === pipeline) === index);
}
