import { expect } from "chai";
import { firstPage, pageText } from "../../src/render/page";

describe("a page of a list", () => {
  const of = (count: number) => async (limit: number) => Array.from({ length: Math.min(count, limit) }, (_, at) => at);

  it("shows no more than asked for, and knows whether that is all", async () => {
    expect(await firstPage(2, of(2))).to.deep.equal({ shown: [0, 1], complete: true });
    expect(await firstPage(2, of(3))).to.deep.equal({ shown: [0, 1], complete: false });
    expect(await firstPage(2, of(0))).to.deep.equal({ shown: [], complete: true });
  });

  it("says below the table that there are more", () => {
    expect(pageText("rows", true)).to.equal("rows");
    expect(pageText("rows", false)).to.equal("rows\nand more; --limit shows them");
  });
});
