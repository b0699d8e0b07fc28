import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** One figure of a benchmark, with the bound that it must keep. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
  /** What the figure is made of, for the reader: absolute values, counts, versions. */
  readonly detail: string;
}

/** Least and greatest relative spread of a fixed loop on an idle machine before times are believed. */
const IDLE_TOLERANCE = 0.1;

/** Median of a list that is not empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Milliseconds that `action` takes. */
export async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** A pair of alternating measurements. */
export interface Pairs {
  readonly ratio: number;
  readonly range: readonly [number, number];
  readonly ours: number;
  readonly theirs: number;
  /** Ratio of the pair that is not counted: in it, our code has not run before. */
  readonly cold: number;
}

/**
 * Runs A B A B ... after one uncounted pair; the ratio is the median of the pairs' ratios.
 *
 * @param rest Milliseconds before each pair, for what keeps a rate: a process that is started anew owes nothing.
 */
export async function inPairs(
  count: number,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
  rest = 0,
): Promise<Pairs> {
  const all: (readonly [number, number])[] = [];
  for (let index = 0; index <= count; index++) {
    await pause(rest);
    all.push([await time(ours), await time(theirs)]);
  }
  const [cold = Number.NaN, ...ratios] = all.map(([a, b]) => a / b);
  const pairs = all.slice(1);
  return {
    ratio: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
    ours: median(pairs.map(([a]) => a)),
    theirs: median(pairs.map(([, b]) => b)),
    cold,
  };
}

/** Text of a pair's figures. */
export const describePairs = ({ ours, theirs, range }: Pairs): string =>
  `${ours.toFixed(1)} ms against ${theirs.toFixed(1)} ms; pairs from ${range[0].toFixed(2)} to ${range[1].toFixed(2)}`;

/** Says how even the machine is: relative spread of a fixed loop, and whether times can be believed. */
export function idleCheck(): { readonly spread: number; readonly steady: boolean; readonly cores: number } {
  const loops = Array.from({ length: 6 }, () => {
    const start = performance.now();
    let sum = 0;
    for (let index = 0; index < 60_000_000; index++) sum += index % 7;
    return sum > 0 ? performance.now() - start : 0;
  }).slice(1);
  const spread = (Math.max(...loops) - Math.min(...loops)) / median(loops);
  return { spread, steady: spread <= IDLE_TOLERANCE, cores: cpus().length };
}
