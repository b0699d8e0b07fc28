import { statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BUNDLES } from "../src/contract";

/** Bytes; what a sender waits for is small, what fetches may be larger. */
const LIMITS: Readonly<Record<keyof typeof BUNDLES, number>> = {
  authorize: 300_000,
  accept: 300_000,
  work: 1_000_000,
  reconcile: 1_000_000,
};

describe("bundles of a code push", () => {
  for (const [purpose, limit] of Object.entries(LIMITS)) {
    it(`${purpose} is at most ${limit / 1000} kB`, () => {
      const bundle = BUNDLES[purpose as keyof typeof BUNDLES];

      expect(statSync(join(__dirname, "..", "dist", "lambda", bundle, "index.js")).size).to.be.at.most(limit);
    });
  }
});
