import { expect } from "chai";
import fc from "fast-check";
import { autoName } from "../../src/aws-plugin/auto-name";

const rule = { property: "name", maxLength: 20 };
const seed = new Uint8Array([1, 2, 3]);

describe("automatic names", () => {
  it("are the logical name, a dash and 7 hexadecimal digits", () => {
    expect(autoName(rule, { logicalName: "queue" }, {})).to.match(/^queue-[0-9a-f]{7}$/);
  });

  it("are the same for the same seed, so that a preview shows what will be", () => {
    const names = [1, 2].map(() => autoName(rule, { logicalName: "queue", seed }, {}));
    expect(names[0]).to.equal(names[1]);
  });

  it("differ without a seed", () => {
    expect(autoName(rule, { logicalName: "queue" }, {})).to.not.equal(autoName(rule, { logicalName: "queue" }, {}));
  });

  it("never exceed what AWS takes, with prefix and suffix kept", () => {
    const property = fc.property(
      fc.string({ minLength: 1 }),
      fc.integer({ min: 20, max: 64 }),
      (logicalName, maxLength) => {
        const whole = { property: "name", maxLength, prefix: "alias/", suffix: () => ".fifo" };
        const name = autoName(whole, { logicalName, seed }, {}) ?? "";
        expect(name.length).to.be.at.most(maxLength);
        expect(name).to.match(/^alias\/[^]*-[0-9a-f]{7}\.fifo$/);
      },
    );
    fc.assert(property);
  });

  it("follow the stack's own naming settings", () => {
    const naming = (mode: "propose" | "enforce" | "disable") => ({
      logicalName: "queue",
      seed,
      proposal: { name: "mine", mode },
    });
    expect(autoName(rule, naming("propose"), {})).to.equal("mine");
    expect(autoName(rule, naming("enforce"), {})).to.equal("mine");
    expect(autoName(rule, naming("disable"), {})).to.equal(undefined);
  });
});
