import { expect } from "chai";
import { useFakeTimers } from "sinon";
import { formatElapsed, withHeartbeat } from "../src/progress";

describe("progress", () => {
  for (const [milliseconds, text] of [
    [420, "0.4s"],
    [9_990, "10.0s"],
    [42_000, "42s"],
    [59_600, "1m 0s"],
    [330_000, "5m 30s"],
  ] as const) {
    it(`says ${text} for ${milliseconds} ms`, () => expect(formatElapsed(milliseconds)).to.equal(text));
  }

  it("says something at least every 30 seconds, and how long it took", async () => {
    const clock = useFakeTimers();
    const lines: string[] = [];
    try {
      const work = withHeartbeat(
        (line) => lines.push(line),
        "building",
        () => new Promise((done) => setTimeout(done, 65_000)),
      );
      await clock.tickAsync(65_000);
      await work;
    } finally {
      clock.restore();
    }
    expect(lines).to.deep.equal([
      "building",
      "building: still at it after 20s",
      "building: still at it after 40s",
      "building: still at it after 1m 0s",
      "building: done in 1m 5s",
    ]);
  });
});
