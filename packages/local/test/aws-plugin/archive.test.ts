import { expect } from "chai";
import { InvalidInputError } from "@slipway/core";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipOf } from "../../src/aws-plugin/archive";

describe("archives", () => {
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "archive-"));
    mkdirSync(join(directory, "lib"));
    writeFileSync(join(directory, "index.js"), "exports.handler = 1;");
    writeFileSync(join(directory, "lib", "part.js"), "exports.part = 1;");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("are the same bytes for the same content, whenever the files were written", async () => {
    const before = await zipOf({ path: directory });
    utimesSync(join(directory, "index.js"), 1, 1);

    expect((await zipOf({ path: directory })).equals(before)).to.equal(true);
  });

  it("hold folders, files and texts under the given names", async () => {
    const bytes = await zipOf({
      assets: {
        "main.js": { path: join(directory, "index.js") },
        "config.json": { text: "{}" },
        more: { path: directory },
        nested: { assets: { "deep.txt": { text: "deep" } } },
      },
    });

    const names = ["main.js", "config.json", "more/index.js", "more/lib/part.js", "nested/deep.txt"];
    for (const name of names) expect(bytes.includes(name), name).to.equal(true);
  });

  it("keep the execute bit", async () => {
    const before = await zipOf({ path: directory });
    chmodSync(join(directory, "index.js"), 0o755);

    expect((await zipOf({ path: directory })).equals(before)).to.equal(false);
  });

  it("take a zip file as it is", async () => {
    const file = join(directory, "ready.zip");
    writeFileSync(file, "as it is");

    expect((await zipOf({ path: file })).toString()).to.equal("as it is");
  });

  it("refuse what would have to be fetched", async () => {
    const refused = await zipOf({ uri: "https://example.com/a.zip" }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(InvalidInputError);
  });
});
