import type { Clock, Sleeper, Stopwatch } from "@slipway/core";

/** A clock that may be wrong, and that somebody may set. */
export interface VirtualClock extends Clock {
  /** Sets it forward or back, as a correction of the machine's time does. */
  jump(milliseconds: number): void;
}

interface Waiting {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that jumps to the next sleeper whenever everything else has come to rest: hours pass in no time, in order.
 * A clock may be wrong by `skew`, and may jump; the stopwatch never does.
 */
export class VirtualTime implements Sleeper, Stopwatch {
  private time = 0;
  private waiting: Waiting[] = [];
  private pumping = false;

  constructor(private readonly start = Date.parse("2026-11-21T10:00:00Z")) {}

  elapsed(): number {
    return this.time;
  }

  /** A clock that is wrong by some milliseconds. It moves by one with each look, so that no two times are alike. */
  clock(skew = 0): VirtualClock {
    let wrong = skew;
    return {
      now: () => new Date(this.start + this.time + (wrong += 1)),
      jump: (milliseconds) => {
        wrong += milliseconds;
      },
    };
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const stop = () => {
        this.waiting = this.waiting.filter((each) => each !== waiting);
        wake();
      };
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const waiting = { at: this.time + milliseconds, wake };
      this.waiting.push(waiting);
      signal?.addEventListener("abort", stop);
      this.pump();
    });
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      const [next] = this.waiting.toSorted((a, b) => a.at - b.at);
      if (next === undefined) return;
      this.waiting = this.waiting.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.wake();
      if (this.waiting.length > 0) this.pump();
    });
  }
}

/** Lets everything else that can run go on for some turns of the event loop. */
export async function letOthersRun(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
