import { expect } from "chai";
import type { Outcome } from "./slipway-process";

/** Longest line that somebody reads to its end, in characters. */
const READABLE = 600;

/** What no person wants to see: stack frames, dumped objects, pages of a language's own error. */
const DUMPS = /^\s+at .+:\d+|\[Circular|<ref \*|node:internal|Traceback|\[object Object\]|undefined:/m;

/** How a command is expected to fail. */
export interface Failure {
  readonly exitCode: number;
  /** What its line must say: the cause, and how to mend it. */
  readonly says: readonly RegExp[];
}

/** Fails unless the command ended with one clear line that says what, why and how to mend it, and printed no data. */
export function expectFailure(outcome: Outcome, { exitCode, says }: Failure): void {
  const lines = outcome.stderr.trimEnd().split("\n");
  const told = lines.filter((line) => line.startsWith("slipway: "));
  expect(told, outcome.stderr).to.have.length(1);
  expect(lines.at(-1), "the last line on stderr").to.equal(told[0]);
  expect(told[0]).to.match(/; to mend it: \S/);
  expect(told[0]?.length, told[0]).to.be.lessThan(READABLE);
  for (const saying of says) expect(told[0]).to.match(saying);
  expect(outcome.stderr).not.to.match(DUMPS);
  expect(outcome.stdout).to.equal("");
  expect(outcome.exitCode, told[0]).to.equal(exitCode);
}
