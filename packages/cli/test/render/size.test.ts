import { expect } from "chai";
import { size } from "../../src/render/size";

describe("size", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_234_567, "1.2 MB"],
    [5_000_000_000_000_000, "5000.0 TB"],
  ];
  for (const [bytes, text] of cases) {
    it(`${bytes} is ${text}`, () => {
      expect(size(bytes)).to.equal(text);
    });
  }
});
