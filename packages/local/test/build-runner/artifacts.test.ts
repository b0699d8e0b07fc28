import { expect } from "chai";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { artifactFiles } from "../../src/build-runner/artifact-files";
import { artifactKey } from "../../src/build-runner/artifacts";
import type { ArtifactsSpec } from "../../src/build-runner/buildspec";
import { scratchFolder } from "../scratch";

const all: ArtifactsSpec = {
  files: ["**/*"],
  excluded: [],
  baseDirectory: undefined,
  discardPaths: false,
  name: undefined,
};

describe("artifacts of a build", () => {
  const scratch = scratchFolder();
  const write = (...names: string[]): string => {
    const root = mkdtempSync(join(scratch, "root-"));
    for (const name of names) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), name);
    }
    return root;
  };
  const named = (spec: Partial<ArtifactsSpec>, root: string) =>
    artifactFiles({ ...all, ...spec }, root).map(({ name }) => name);

  it("are all files of the base directory, those with a dot in front as well", () => {
    const root = write("dist/index.html", "dist/a/b.js", "dist/.well-known/x", "src/c.ts");

    expect(named({ baseDirectory: "dist" }, root)).to.deep.equal([".well-known/x", "a/b.js", "index.html"]);
  });

  it("are those that a pattern names and none excludes", () => {
    const root = write("index.html", "a/b.js", "a/b.js.map");

    expect(named({ files: ["a/**/*"], excluded: ["**/*.map"] }, root)).to.deep.equal(["a/b.js"]);
    expect(named({ files: ["index.html"] }, root)).to.deep.equal(["index.html"]);
    expect(named({ files: ["a/*"], discardPaths: true }, root)).to.deep.equal(["b.js", "b.js.map"]);
  });

  it("may be below several base directories", () => {
    const root = write("one/dist/a", "two/dist/b", "two/src/c");

    expect(named({ baseDirectory: "*/dist" }, root)).to.deep.equal(["a", "b"]);
  });

  it("are a failure when there are none", () => {
    const root = write("a");
    symlinkSync(join(root, "nowhere"), join(root, "broken"));

    expect(() => named({ files: ["*.html"] }, root)).to.throw("no matching artifact paths found");
    expect(() => named({ files: ["broken"] }, root)).to.throw("no matching artifact paths found");
    expect(() => named({ baseDirectory: "dist" }, root)).to.throw("no matching base directory path found for dist");
  });

  it("go where the project says", () => {
    const key = (target: Parameters<typeof artifactKey>[0], name?: string) => artifactKey(target, "uuid", name);

    expect(key({ path: "builds/7", name: "site.zip" })).to.equal("builds/7/site.zip");
    expect(key({ path: "/builds/", namespaceType: "BUILD_ID", name: "site.zip" })).to.equal("builds/uuid/site.zip");
    expect(key({ name: "/" })).to.equal("");
    expect(key({ name: "own.zip", overrideArtifactName: true }, "spec.zip")).to.equal("spec.zip");
    expect(key({ name: "own.zip" }, "spec.zip")).to.equal("own.zip");
  });
});
