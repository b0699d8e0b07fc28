import type { Clock, Sleeper } from "@slipway/core";
import type { Stopwatch } from "../src/core/ports";

interface Waiting {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that jumps to the next sleeper whenever everything else has come to rest: hours pass in no time, in order.
 * A clock may be wrong by `skew`; the stopwatch never is.
 */
export class VirtualTime implements Sleeper, Stopwatch {
  private time = 0;
  private waiting: Waiting[] = [];
  private pumping = false;

  constructor(private readonly start = new Date("2026-11-21T10:00:00Z").getTime()) {}

  elapsed(): number {
    return this.time;
  }

  /** A clock that is wrong by some milliseconds. It moves by one with each look, so that no two times are alike. */
  clock(skew = 0): Clock {
    let looks = 0;
    return { now: () => new Date(this.start + this.time + skew + (looks += 1)) };
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
