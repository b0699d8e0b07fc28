import type { ProgressEvent } from "../progress";

const SETTLE_MS = 5_000;

/** Ends a run whose program failed but never returns (pulumi/pulumi#14980), and passes the caller's own signal on. */
export interface HangWatch {
  /** Aborted by the caller's signal, or when nothing happened for five seconds after an error of the program. */
  signal: AbortSignal;
  onProgress(event: ProgressEvent | undefined): void;
  stop(): void;
}

/** Starts watching a run. */
export function watchForHang(callersSignal: AbortSignal | undefined, settleMs = SETTLE_MS): HangWatch {
  const own = new AbortController();
  let hasProgramFailed = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: callersSignal === undefined ? own.signal : AbortSignal.any([callersSignal, own.signal]),
    onProgress(event) {
      if (event !== undefined && isProgramError(event)) hasProgramFailed = true;
      if (!hasProgramFailed) return;
      clearTimeout(timer);
      timer = setTimeout(() => own.abort(), settleMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function isProgramError(event: ProgressEvent): boolean {
  return event.kind === "diagnostic" && event.severity === "error" && event.message.startsWith("Unhandled exception");
}
