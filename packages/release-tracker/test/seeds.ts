import type fc from "fast-check";

/** Seed of this run: `SLIPWAY_SEED` repeats an earlier one. */
export const SEED = Number(process.env["SLIPWAY_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Options of a property; fast-check prints seed and path when it fails. */
export const property = (numRuns: number): fc.Parameters<unknown> => ({ seed: SEED, numRuns });

/** A small seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
