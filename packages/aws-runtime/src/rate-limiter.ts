import type { Sleeper, Stopwatch } from "@slipway/core";

/** A second, and a little for timers that fire early. */
const WINDOW = 1_005;

/** Admits calls one by one so that a service's rate is kept. */
export interface RateLimiter {
  /** Resolves when one more request may be sent. */
  admit(): Promise<void>;
}

/** Lets `perSecond` calls through at once and never more than that in any window of one second. */
export function createRateLimiter(perSecond: number, stopwatch: Stopwatch, sleeper: Sleeper): RateLimiter {
  // When each of the last `perSecond` calls goes out, oldest first; some of them may still be waiting.
  const admissions: number[] = [];
  return {
    admit: async () => {
      const now = stopwatch.elapsed();
      const oldest = admissions.length < perSecond ? undefined : admissions.shift();
      const at = oldest === undefined ? now : Math.max(now, oldest + WINDOW);
      admissions.push(at);
      if (at > now) await sleeper.sleep(at - now);
    },
  };
}
