import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DEPLOYMENT_STATUSES, DEPLOYMENT_TRANSITIONS, isTerminal } from "../src/core/deployment-status";
import { readProject } from "../src/core/manifest";
import { foreignKeys } from "../src/core/manifest-keys";
import { MANIFEST_KEYS } from "../src/core/manifest-schema";

/** The diagram as the table of transitions draws it. */
const diagram = [
  `  [*] --> ${DEPLOYMENT_STATUSES[0]}`,
  ...DEPLOYMENT_STATUSES.flatMap((from) => DEPLOYMENT_TRANSITIONS[from].map((to) => `  ${from} --> ${to}`)),
  ...DEPLOYMENT_STATUSES.filter(isTerminal).map((last) => `  ${last} --> [*]`),
].join("\n");

const text = readFileSync(resolve(__dirname, "..", "README.md"), "utf8");

describe("the README", () => {
  it("draws the moves of a deployment as the table has them", () => {
    expect(/```mermaid\nstateDiagram-v2\n([^`]*)\n```/.exec(text)?.[1]).to.equal(diagram);
  });

  it("documents exactly the keys that a manifest can have", () => {
    for (const [level, keys] of Object.entries(MANIFEST_KEYS)) {
      const [table] = new RegExp(`\\| Key of an? ${level}[^]*?\\n\\n`).exec(text) ?? [""];
      const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);

      expect(documented, level).to.have.members(keys);
    }
  });

  it("shows a whole manifest that is read as it stands", () => {
    const example: unknown = JSON.parse(/```json\n([^`]*)\n```/.exec(text)?.[1] ?? "");
    const { environments, services } = readProject("README.md", example);

    expect(foreignKeys(example)).to.deep.equal([]);
    expect(services).to.deep.equal(["basket", "checkout"]);
    const shown = new Set(environments.flatMap((environment) => Object.keys(environment)));
    expect([...shown]).to.have.members(MANIFEST_KEYS.environment);
  });
});
