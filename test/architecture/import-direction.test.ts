import { expect } from "chai";
import { componentNames, importsOf, packageSources, type SourceFile } from "./sources";

const INFRASTRUCTURE = /^@pulumi\/|^@slipway\/lambda$/;
const AWS = /^@aws-sdk\//;
const RUNTIME = /\/src\/(adapters|handlers|entries|operations)(\/|$)/;
/** Of the agent a component may know what its configuration means. */
const PROGRAMS = /\/src\/(agent\/(?!configuration$)|receiver\/|tls\/)/;
const AMBIENT = /process\.env|Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(/;

interface Layer {
  /** Which files the rule is for, by their path below `packages/`. */
  readonly files: RegExp;
  readonly never: readonly RegExp[];
  /** Text that must not appear, where the layer has no I/O. */
  readonly text?: RegExp;
}

const anyOf = (names: readonly string[]) => (names.length === 0 ? "(?!)" : `(?:${names.join("|")})`);
const component = anyOf(componentNames);

/** Who may not import whom. A new component package falls under it as soon as it has a contract.ts. */
const LAYERS: Readonly<Record<string, Layer>> = {
  "the shared kernel": { files: /^core\/src\//, never: [/^@/, RUNTIME], text: AMBIENT },
  "core (decisions)": {
    files: new RegExp(`^${component}/src/core/`),
    never: [INFRASTRUCTURE, AWS, RUNTIME],
    text: AMBIENT,
  },
  contracts: { files: new RegExp(`^${component}/src/contract\\.ts$`), never: [/./] },
  adapters: {
    files: new RegExp(`^${component}/src/adapters/`),
    never: [INFRASTRUCTURE, /\/src\/(handlers|entries|operations)(\/|$)/],
    text: /process\.env/,
  },
  operations: {
    files: new RegExp(`^${component}/src/operations/`),
    never: [INFRASTRUCTURE, AWS, /\/src\/(handlers|entries|adapters)(\/|$)/],
    text: /process\.env/,
  },
  handlers: {
    files: new RegExp(`^${component}/src/handlers/`),
    never: [INFRASTRUCTURE, AWS, /\/src\/(adapters|entries)(\/|$)/],
    text: /process\.env/,
  },
  entries: { files: new RegExp(`^${component}/src/entries/`), never: [INFRASTRUCTURE] },
  "the agent, which runs beside the service and knows nothing of AWS": {
    files: new RegExp(`^${component}/src/(agent|tls)/`),
    never: [INFRASTRUCTURE, AWS, RUNTIME],
    text: /process\.env/,
  },
  "the receiver": {
    files: new RegExp(`^${component}/src/receiver/`),
    never: [INFRASTRUCTURE, RUNTIME],
    text: /process\.env/,
  },
  "component files": {
    files: new RegExp(`^${component}/src/(?!contract|library)[^/]+\\.ts$`),
    never: [AWS, RUNTIME, PROGRAMS, /\/src\/library$/],
  },
  "packages other than the command line": { files: /^(?!cli\/)[^/]+\/src\//, never: [/^@slipway\/cli/] },
  "packages that ship": { files: /^(?!testing\/)[^/]+\/src\//, never: [/^@slipway\/testing/] },
  "every package": { files: /./, never: [/^@slipway\/[^/]+\/(src|dist)/, /^(?:\.\.\/)+(?:stacks|examples|test)\//] },
};

/** Imports of another package must go by its name: the relative way around its public surface is closed. */
function crossesPackages({ path, imports }: SourceFile): string[] {
  const [own] = path.split("/");
  return imports.filter((name) => /^[\w-]+\/src\//.test(name) && !name.startsWith(`${own}/`));
}

function violations(sources: readonly SourceFile[], { files, never, text }: Layer): string[] {
  return sources
    .filter(({ path }) => files.test(path))
    .flatMap((source) => [
      ...source.imports
        .filter((name) => never.some((rule) => rule.test(name)))
        .map((name) => `${source.path} imports ${name}`),
      ...(text?.test(source.text) ? [`${source.path} reads ${text.exec(source.text)?.[0]}`] : []),
    ]);
}

describe("import direction", () => {
  const sources = packageSources();

  it("has components to check", () => {
    expect(componentNames).to.include("release-tracker");
  });

  for (const [layer, rule] of Object.entries(LAYERS)) {
    it(`holds for ${layer}`, () => {
      expect(violations(sources, rule)).to.deep.equal([]);
    });
  }

  it("keeps packages behind their public surface", () => {
    expect(
      sources.flatMap((source) => crossesPackages(source).map((name) => `${source.path} imports ${name}`)),
    ).to.deep.equal([]);
  });

  it("sees a violation when there is one", () => {
    const text = `import * as aws from "@pulumi/aws";\nexport const at = Date.now();\n`;
    const probe = { path: `${componentNames[0]}/src/core/probe.ts`, text, imports: importsOf(text, "/") };

    const found = violations([probe], LAYERS["core (decisions)"] as Layer);

    expect(found.map((line) => line.replace(/^\S+ /, ""))).to.deep.equal(["imports @pulumi/aws", "reads Date.now("]);
  });
});
