/** Seed of this run, the same for every test: `SLIPWAY_SEED=7 npm test` tries another one. */
export const SEED = seedOf(process.env["SLIPWAY_SEED"]);

function seedOf(text = "20261121"): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`SLIPWAY_SEED=${text} is no whole number`);
  return seed;
}

/** A test that draws from the seed. Its title tells the seed in every run, and its failure tells how to repeat it. */
export const seededIt = (title: string, body: (seed: number) => Promise<void> | void): Mocha.Test =>
  it(`${title} (seed ${SEED})`, () => withSeed(body));

/** Runs a body with a seed and names the seed when it fails. */
export async function withSeed(body: (seed: number) => Promise<void> | void, seed: number = SEED): Promise<void> {
  try {
    await body(seed);
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (SLIPWAY_SEED=${seed} repeats it)`;
    throw error;
  }
}

/** A source of numbers from 0 to below 1. */
export type RandomNumbers = () => number;

/** The numbers that a seed determines (mulberry32). */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to below `count`. */
export const randomIndex = (random: RandomNumbers, count: number): number => Math.floor(random() * count);

/** One of several things. */
export function pickOne<T>(random: RandomNumbers, from: readonly [T, ...T[]]): T {
  return from[randomIndex(random, from.length)] ?? from[0];
}
