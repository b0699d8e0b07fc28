/** The seed of this run, and how to give another one. Printed with every failure. */
export const SEED = Number(process.env["SLIPWAY_TEST_SEED"] ?? 20261121);

/** Runs a test body and names the seed when it fails. */
export async function withSeed(body: (seed: number) => Promise<void>, seed: number = SEED): Promise<void> {
  try {
    await body(seed);
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (SLIPWAY_TEST_SEED=${seed})`;
    throw error;
  }
}

/** A generator of numbers from 0 to below 1 that a seed determines (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
