import { expect } from "chai";
import { inLine, printable, printableLog } from "../../src/render/printable";
import { createStyle } from "../../src/render/style";
import { renderTable } from "../../src/render/table";

const painted = createStyle(true);
const ESC = "\u001B";

describe("what is printed for people", () => {
  const cases: readonly (readonly [string, string])[] = [
    [`esc${ESC}[31mred`, "esc\\x1b[31mred"],
    [`${ESC}[31mred${ESC}[39m`, "\\x1b[31mred\\x1b[39m"],
    [`${ESC}]0;title\u0007`, "\\x1b]0;title\\x07"],
    ["a\tb\nc\rd\u0000", "a\\tb\\nc\\rd\\x00"],
    ["del\u007F csi\u009B31m", "del\\u007f csi\\u009b31m"],
    ["a\u2028b\u2029c\u202Ed\u2066e\u200F", "a\\u2028b\\u2029c\\u202ed\\u2066e\\u200f"],
    ["größe/日本/🚀 x.tgz", "größe/日本/🚀 x.tgz"],
  ];
  for (const [given, shown] of cases) {
    it(`shows ${JSON.stringify(given)} as ${shown}`, () => {
      expect(inLine(given)).to.equal(shown);
    });
  }

  it("keeps the lines and the tabs of a text, but not what moves the cursor", () => {
    expect(printable(`a\r\nb\n\tc\rd${ESC}[2J`)).to.equal("a\r\nb\n\tc\\rd\\x1b[2J");
  });

  it("paints what our own code paints and nothing that looks like it", () => {
    const text = `${painted("red", "missing")} ${ESC}[31mred`;
    expect(printable(inLine(text))).to.equal(`${ESC}[31mmissing${ESC}[39m \\x1b[31mred`);
  });

  it("keeps the colours of a log, and nothing else of its sequences", () => {
    expect(printableLog(`${ESC}[1;32mok${ESC}[0m ${ESC}[2J`)).to.equal(`${ESC}[1;32mok${ESC}[0m \\x1b[2J`);
  });

  it("gives each row of a table one line, with its columns aligned whatever is painted", () => {
    const rows = [
      [painted("red", "missing"), "a\nb"],
      [painted("dim", "extra"), `c\t${ESC}[31m`],
    ];
    const table = printable(renderTable(["KIND", "KEY"], rows, painted));
    expect(table.split("\n")).to.deep.equal([
      `${ESC}[1mKIND${ESC}[22m     ${ESC}[1mKEY${ESC}[22m`,
      `${ESC}[31mmissing${ESC}[39m  a\\nb`,
      `${ESC}[2mextra${ESC}[22m    c\\t\\x1b[31m`,
    ]);
  });
});
