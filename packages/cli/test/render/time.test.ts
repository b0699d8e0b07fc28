import { expect } from "chai";
import { duration, moment } from "../../src/render/time";

describe("times for people", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0ms"],
    [850, "850ms"],
    [1000, "1s"],
    [123_000, "2m 3s"],
    [3_600_000, "1h"],
    [90_061_000, "1d 1h"],
  ];
  for (const [milliseconds, text] of cases) {
    it(`${milliseconds} ms is ${text}`, () => expect(duration(milliseconds)).to.equal(text));
  }

  it("reads a moment without a zone as UTC, as releases are stored", () => {
    const now = new Date("2026-11-21T12:00:00Z");
    expect(moment("2026-11-21T11:57:00.000000", now)).to.equal("2026-11-21 11:57 (3m ago)");
    expect(moment("2026-11-21T13:57:00.000+02:00", now)).to.equal("2026-11-21 11:57 (3m ago)");
    expect(moment("2026-11-21T12:01:00Z", now)).to.equal("2026-11-21 12:01 (in 1m)");
    expect(moment("odd", now)).to.equal("odd");
  });
});
