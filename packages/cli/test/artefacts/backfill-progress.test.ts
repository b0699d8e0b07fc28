import { expect } from "chai";
import { backfillProgress } from "../../src/artefacts/backfill-progress";
import type { Progress, Standing } from "../../src/progress/progress";

describe("progress of a backfill", () => {
  it("begins each phase once and tells count, bytes, rate and remaining time", () => {
    const shown: (string | Standing)[] = [];
    const unused = (): void => undefined;
    const progress: Progress = {
      note: unused,
      step: unused,
      warn: unused,
      end: unused,
      begin: (label) => shown.push(label),
      update: (standing) => shown.push(standing),
    };
    const report = backfillProgress(progress, "staging");

    report({ phase: "planning", done: 1000, bytes: 0, rate: 512.3 });
    report({ phase: "promoting", done: 1, total: 30, bytes: 1500, rate: 2, remainingSeconds: 14.5 });
    report({ phase: "promoting", done: 30, total: 30, bytes: 45_000, rate: 2, remainingSeconds: 0 });
    report({ phase: "draining", done: 0, total: 5, bytes: 0, rate: 0 });

    expect(shown).to.deep.equal([
      "comparing staging with its source",
      { done: 1000, total: undefined, current: "512/s" },
      "copying to staging",
      { done: 1, total: 30, current: "1.5 kB · 2.0/s · 15s left" },
      { done: 30, total: 30, current: "45.0 kB · 2.0/s" },
      "waiting for the queue of staging",
      { done: 0, total: 5, current: "" },
    ]);
  });
});
