import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { packageNames, repositoryRoot } from "./sources";

/** Bytes that an entry may weigh when nothing else is said for it here; cold start time follows size. */
const BUDGET = 1_500_000;
const BUDGETS: Readonly<Record<string, number>> = {
  // Clients of everything that a site consists of; it runs in the background, and nobody waits for its start.
  "static-site-pipeline/provision-site": 1_510_000,
  // A container's program, which starts once; with what reads PKCS#12 files.
  "data-egress/egress-service": 1_700_000,
};

interface Bundle {
  readonly name: string;
  readonly file: string;
}

function bundles(): Bundle[] {
  return packageNames.flatMap((name) => {
    const entries = join(repositoryRoot, "packages", name, "src", "entries");
    if (!existsSync(entries)) return [];
    return readdirSync(entries).map((entry) => ({
      name: `${name}/${basename(entry, ".ts")}`,
      file: join(repositoryRoot, "packages", name, "dist", "lambda", basename(entry, ".ts"), "index.js"),
    }));
  });
}

describe("Lambda bundles", () => {
  it("exist, at least one", () => {
    expect(bundles()).to.not.deep.equal([]);
  });

  for (const { name, file } of bundles()) {
    it(`${name} holds no Pulumi, no path of this machine, and fits its budget`, () => {
      const text = readFileSync(file, "utf8");

      expect(text).to.not.include("@pulumi/");
      expect(text).to.not.include(repositoryRoot);
      expect(statSync(file).size).to.be.at.most(BUDGETS[name] ?? BUDGET);
    });
  }
});
