import { expect } from "chai";
import { ahead } from "../../src/core/ahead";

/** Counts how often it is asked, and fails where it is told to. */
class Source implements AsyncIterable<number> {
  asked = 0;
  closed = 0;

  constructor(
    private readonly length: number,
    private readonly failsAt?: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    try {
      while (this.asked < this.length) {
        this.asked += 1;
        if (this.asked === this.failsAt) throw new Error("listing failed");
        yield this.asked;
      }
    } finally {
      this.closed += 1;
    }
  }
}

describe("asking ahead", () => {
  it("gives every item, in order", async () => {
    const seen: number[] = [];
    for await (const item of ahead(new Source(4))) seen.push(item);

    expect(seen).to.deep.equal([1, 2, 3, 4]);
  });

  it("asks for the next item while one is worked on, and for no more", async () => {
    const source = new Source(4);
    for await (const item of ahead(source)) expect(source.asked).to.equal(Math.min(item + 1, 4));
  });

  it("tells what went wrong with an item when its turn comes", async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of ahead(new Source(4, 3))) {
        seen.push(item);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();

    expect(await reading.catch((error: unknown) => String(error))).to.equal("Error: listing failed");
    expect(seen).to.deep.equal([1, 2]);
  });

  it("closes the source when its reader stops", async () => {
    const source = new Source(4);
    for await (const item of ahead(source)) if (item === 2) break;

    expect(source.closed).to.equal(1);
  });
});
