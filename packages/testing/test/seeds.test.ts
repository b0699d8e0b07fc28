import { expect } from "chai";
import { caughtBy, rejectionOf } from "../src/rejection";
import { pickOne, randomNumbers, SEED, seededIt, withSeed } from "../src/seeds";

const draw = (seed: number, count: number): readonly number[] => {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => random());
};

describe("seeds", () => {
  it("determine the numbers, which differ between seeds and fill the range", () => {
    const many = draw(7, 10_000);

    expect(draw(7, 10_000)).to.deep.equal(many);
    expect(draw(8, 10)).not.to.deep.equal(many.slice(0, 10));
    expect(Math.min(...many)).to.be.within(0, 0.001);
    expect(Math.max(...many))
      .to.be.within(0.999, 1)
      .and.below(1);
    expect(many.reduce((sum, each) => sum + each) / many.length).to.be.closeTo(0.5, 0.02);
  });

  it("let each of several things be picked", () => {
    const random = randomNumbers(1);
    const picked = new Set(Array.from({ length: 100 }, () => pickOne(random, ["a", "b", "c"])));

    expect([...picked].sort()).to.deep.equal(["a", "b", "c"]);
  });

  it("are told by what fails", async () => {
    const error = await rejectionOf(withSeed(() => Promise.reject(new Error("one is missing")), 42));

    expect(error.message).to.equal("one is missing (SLIPWAY_SEED=42 repeats it)");
  });

  let title = "";
  let given = 0;
  title = seededIt("are in the title of a test that draws from one", (seed) => {
    given = seed;
  }).title;

  it("are told in each run", () => {
    expect(title).to.include(`(seed ${SEED})`);
    expect(given).to.equal(SEED);
  });
});

describe("caughtBy", () => {
  const expects = (value: number) => async () => expect(value, "version count").to.equal(1);

  it("tells what a check said about a mutant", async () => {
    expect(await caughtBy(expects(2))).to.include("version count: expected 2 to equal 1");
  });

  it("sees through an error that wraps an expectation, as those of properties do", async () => {
    const wrapped = async () => {
      const cause = await rejectionOf(expects(2)());
      throw new Error("Property failed after 3 tests", { cause });
    };

    expect(await caughtBy(wrapped)).to.include("expected 2 to equal 1");
  });

  it("fails when the check lets the mutant pass", async () => {
    expect((await rejectionOf(caughtBy(expects(1)))).message).to.include("it proves nothing");
  });

  it("takes no other error for a proof", async () => {
    const broken = () => Promise.reject(new TypeError("mutant is not a function"));

    expect(await rejectionOf(caughtBy(broken))).to.be.instanceOf(TypeError);
  });
});

describe("rejectionOf", () => {
  it("fails when there is a value, and when what is thrown is no error", async () => {
    const thrown: unknown = "text";

    expect((await rejectionOf(rejectionOf(Promise.resolve(1)))).message).to.include("got a value");
    expect((await rejectionOf(rejectionOf(Promise.reject(thrown)))).message).to.include("rejected with text");
  });
});
