import { expect } from "chai";
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { componentNames, packageNames, repositoryRoot } from "./sources";

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(repositoryRoot, ...path), "utf8")) as T;

const locked = readJson<{ packages: Record<string, Manifest> }>("package-lock.json").packages;
const EXACT = /^\d+\.\d+\.\d+$/;

const workspaces = ["packages", "examples"]
  .flatMap((parent) => readdirSync(join(repositoryRoot, parent)).map((child) => join(parent, child)))
  .concat("stacks")
  .filter((folder) => existsSync(join(repositoryRoot, folder, "package.json")));

describe("dependencies", () => {
  it("install one copy of @pulumi/pulumi and one of @pulumi/aws", () => {
    const copies = (name: string) => Object.keys(locked).filter((path) => path.endsWith(`node_modules/${name}`));

    expect(copies("@pulumi/pulumi")).to.deep.equal(["node_modules/@pulumi/pulumi"]);
    expect(copies("@pulumi/aws")).to.deep.equal(["node_modules/@pulumi/aws"]);
  });

  it("are pinned exactly in every workspace", () => {
    const loose = ["", ...workspaces].flatMap((folder) => {
      const { dependencies, devDependencies } = readJson<Manifest>(folder, "package.json");
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, range]) => !EXACT.test(range))
        .map(([name, range]) => `${folder || "root"}: ${name} ${range}`);
    });

    expect(loose).to.deep.equal([]);
  });

  it("leave Pulumi to the program that uses a component", () => {
    for (const name of componentNames) {
      const { dependencies = {}, peerDependencies = {} } = readJson<Manifest>("packages", name, "package.json");

      expect(
        Object.keys(dependencies).filter((each) => each.startsWith("@pulumi/")),
        name,
      ).to.deep.equal([]);
      expect(Object.keys(peerDependencies), name).to.include.members(["@pulumi/pulumi", "@pulumi/aws"]);
    }
  });

  it("give all packages one version", () => {
    const versions = new Set(packageNames.map((name) => readJson<Manifest>("packages", name, "package.json").version));

    expect([...versions]).to.deep.equal([readJson<Manifest>("lerna.json").version]);
  });
});
