import { join } from "node:path";
import { expect } from "chai";
import { ensureToolchain } from "../../src/toolchain/ensure-toolchain";
import { scratchFolder, writeScript } from "../scratch";

const USAGE = 'echo "Usage of pulumi-language-nodejs" >&2';

describe("ensureToolchain", () => {
  const folder = scratchFolder();
  const script = (path: string, body: string): string => writeScript(join(folder, path), body);

  it("takes the Pulumi on PATH when it fits, with the language host beside it", async () => {
    const pulumi = script("fits/pulumi", "echo v3.250.1");
    const languageHost = script("fits/pulumi-language-nodejs", USAGE);
    const toolchain = await ensureToolchain({ path: join(folder, "fits"), cacheDirectory: join(folder, "empty") });
    expect(toolchain).to.deep.equal({
      pulumi: { path: pulumi, version: "3.250.1", source: "path" },
      languageHost: { path: languageHost, version: "bundled", source: "path" },
      binDirectories: [join(folder, "fits")],
    });
  });

  it("prefers the cache to a Pulumi that is too old, and says so", async () => {
    const old = script("old/pulumi", "echo v3.100.0");
    const pulumi = script("cache/pulumi/3.259.0/pulumi", "echo 3.259.0");
    const languageHost = script("cache/pulumi/3.259.0/pulumi-language-nodejs", USAGE);
    const lines: string[] = [];
    const toolchain = await ensureToolchain({
      path: join(folder, "old"),
      cacheDirectory: join(folder, "cache"),
      progress: (line) => lines.push(line),
    });
    expect(toolchain.pulumi).to.deep.equal({ path: pulumi, version: "3.259.0", source: "cache" });
    expect(toolchain.languageHost).to.deep.equal({ path: languageHost, version: "bundled", source: "cache" });
    expect(toolchain.binDirectories).to.deep.equal([join(folder, "cache/pulumi/3.259.0")]);
    expect(lines).to.deep.equal([`the pulumi on PATH is not used: ${old} is version 3.100.0`]);
  });

  it("adds the language host to a Pulumi on PATH that came without it", async () => {
    const pulumi = script("bare/pulumi", "echo v3.259.0");
    const languageHost = script("bare-cache/pulumi/pulumi-language-nodejs-3.59.0/pulumi-language-nodejs", USAGE);
    const toolchain = await ensureToolchain({ path: join(folder, "bare"), cacheDirectory: join(folder, "bare-cache") });
    expect(toolchain.pulumi.path).to.equal(pulumi);
    expect(toolchain.languageHost).to.deep.equal({ path: languageHost, version: "3.59.0", source: "cache" });
    expect(toolchain.binDirectories).to.have.length(2);
  });

  it("does not take the language host of a Pulumi that it refused", async () => {
    script("mixed/pulumi", "echo v2.0.0");
    script("mixed/pulumi-language-nodejs", USAGE);
    const toolchain = await ensureToolchain({ path: join(folder, "mixed"), cacheDirectory: join(folder, "cache") });
    expect(toolchain.binDirectories).not.to.include(join(folder, "mixed"));
  });
});
