/** How a backfill is getting on. */
export interface BackfillProgress {
  /** `planning`: comparing; `promoting`: copying here; `queueing`: handing over to the queue; `draining`: watching it. */
  readonly phase: "planning" | "promoting" | "queueing" | "draining";
  /** Artefacts done with in this phase. */
  readonly done: number;
  /** Artefacts to do in this phase; absent while planning, since nobody knows. */
  readonly total?: number | undefined;
  /** Bytes copied here so far. */
  readonly bytes: number;
  /** Artefacts a second, over this phase. */
  readonly rate: number;
  /** At that rate; absent while it cannot be told. */
  readonly remainingSeconds?: number | undefined;
}

/** Works out rate and remaining time. @param elapsed Milliseconds since the phase began. */
export function progressOf(
  phase: BackfillProgress["phase"],
  counts: { readonly done: number; readonly total?: number; readonly bytes: number },
  elapsed: number,
): BackfillProgress {
  const rate = elapsed > 0 ? (counts.done * 1000) / elapsed : 0;
  const left = counts.total === undefined ? undefined : Math.max(0, counts.total - counts.done);
  const known = left !== undefined && (left === 0 || rate > 0);
  return { phase, ...counts, rate, ...(known && { remainingSeconds: left === 0 ? 0 : left / rate }) };
}
