import { expect } from "chai";
import { isAtLeast, parseVersion, pulumiFits } from "../../src/toolchain/versions";

describe("versions", () => {
  for (const [text, triple] of [
    ["3.259.0", [3, 259, 0]],
    ["v3.259.0-dev.1+abc", [3, 259, 0]],
    ["go1.26.8\n", [1, 26, 8]],
    ["go1.21", [1, 21, 0]],
    ["", undefined],
    ["unknown", undefined],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseVersion(text)).to.deep.equal(triple));
  }

  for (const [version, oldest, expected] of [
    ["3.248.0", "3.248.0", true],
    ["3.247.9", "3.248.0", false],
    ["3.1000.0", "3.248.0", true],
    ["4.0.0", "3.248.0", true],
    ["2.999.0", "3.248.0", false],
    ["nonsense", "3.248.0", false],
  ] as const) {
    it(`compares ${version} with ${oldest}`, () => expect(isAtLeast(version, oldest)).to.equal(expected));
  }

  for (const [version, fits] of [
    ["v3.259.0", true],
    ["3.248.0", true],
    ["3.247.0", false],
    ["4.0.0", false],
    ["dev", false],
  ] as const) {
    it(`${fits ? "takes" : "refuses"} Pulumi ${version}`, () => expect(pulumiFits(version)).to.equal(fits));
  }
});
