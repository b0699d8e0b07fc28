import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { statusDiagram } from "../src/core/status";

describe("the README", () => {
  it("draws the moves of a site as the table has them", () => {
    const text = readFileSync(resolve(__dirname, "..", "README.md"), "utf8");

    expect(/```mermaid\n([^`]*)\n```/.exec(text)?.[1]).to.equal(statusDiagram());
  });
});
