import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DEPLOYMENT_STATUSES, DEPLOYMENT_TRANSITIONS, isTerminal } from "../src/core/deployment-status";

/** The diagram as the table of transitions draws it. */
const diagram = [
  `  [*] --> ${DEPLOYMENT_STATUSES[0]}`,
  ...DEPLOYMENT_STATUSES.flatMap((from) => DEPLOYMENT_TRANSITIONS[from].map((to) => `  ${from} --> ${to}`)),
  ...DEPLOYMENT_STATUSES.filter(isTerminal).map((last) => `  ${last} --> [*]`),
].join("\n");

describe("the README", () => {
  it("draws the moves of a deployment as the table has them", () => {
    const text = readFileSync(resolve(__dirname, "..", "README.md"), "utf8");

    expect(/```mermaid\nstateDiagram-v2\n([^`]*)\n```/.exec(text)?.[1]).to.equal(diagram);
  });
});
