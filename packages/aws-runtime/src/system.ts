import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock, IdSource, Sleeper, Stopwatch } from "@slipway/core";

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** Random UUIDs. */
export const randomIds: IdSource = { next: () => randomUUID() };

/** Time since the process started, which no clock change moves. */
export const processStopwatch: Stopwatch = { elapsed: () => performance.now() };

/** Real pauses; an abort ends one early, without an error. */
export const realSleeper: Sleeper = {
  sleep: async (milliseconds, signal) => {
    try {
      await pause(milliseconds, undefined, { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
