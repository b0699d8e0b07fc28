import { expect } from "chai";
import { rejectionOf } from "@slipway/testing";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeDisk } from "../../src/agent/node-disk";
import { writeWhole } from "../../src/agent/whole-file";

describe("NodeDisk", () => {
  let root: string;
  let outside: string;
  let disk: NodeDisk;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "slipway-disk-"));
    outside = mkdtempSync(join(tmpdir(), "slipway-outside-"));
    disk = new NodeDisk(root);
  });
  afterEach(() => {
    for (const folder of [root, outside]) rmSync(folder, { recursive: true });
  });

  it("writes, lists, reads, renames, links and removes", async () => {
    await disk.write("a/b/one", "1");
    await disk.rename("a/b/one", "c/two");
    await disk.link("c/two", "c/three");
    await disk.link("c/two", "c/three");

    expect(await disk.list("c")).to.deep.equal(["three", "two"]);
    expect(await disk.read("c/three")).to.equal("1");
    expect((await disk.state("c/two"))?.identity).to.equal((await disk.state("c/three"))?.identity);
    await disk.remove("c/two");
    await disk.remove("c/two");
    expect(await disk.state("c/two")).to.equal(undefined);
    expect(await disk.list("nowhere")).to.deep.equal([]);
    expect(await disk.read("nowhere/file")).to.equal(undefined);
  });

  it("reads as much of a file as there is room for", async () => {
    await disk.write("file", "12345");
    const buffer = Buffer.alloc(8);

    expect(await disk.readInto("file", buffer)).to.equal(5);
    expect(buffer.toString("latin1", 0, 5)).to.equal("12345");
    expect(await disk.readInto("file", buffer.subarray(0, 3))).to.equal(3);
    expect((await rejectionOf(disk.readInto("nowhere", buffer))).message).to.include("ENOENT");
  });

  it("D6 writes nothing through a symbolic link, whether it is a folder, a parent or the file itself", async () => {
    symlinkSync(outside, join(root, "linked"));
    mkdirSync(join(root, "real"));
    writeFileSync(join(outside, "theirs"), "theirs");
    symlinkSync(join(outside, "theirs"), join(root, "real/file"));

    for (const path of ["linked/a", "linked/deeper/a", "../a", "/etc/a", "real/../../a", "a\0b"]) {
      expect((await rejectionOf(disk.write(path, "1"))).name, path).to.equal("PathRefusedError");
    }
    expect((await rejectionOf(disk.list("linked"))).name).to.equal("PathRefusedError");
    expect((await rejectionOf(disk.rename("real/file", "linked/a"))).name).to.equal("PathRefusedError");
    await rejectionOf(disk.open("real/file"));
    await rejectionOf(disk.read("real/file"));
    await rejectionOf(disk.readInto("real/file", Buffer.alloc(8)));
    await disk.write("real/file", "ours");

    expect(readFileSync(join(outside, "theirs"), "utf8")).to.equal("theirs");
    expect(readFileSync(join(root, "real/file"), "utf8")).to.equal("ours");
    expect(readdirSync(outside)).to.deep.equal(["theirs"]);
  });

  it("writeWhole leaves nothing of a content that fails, and what was there before", async () => {
    await disk.write("folder/file", "before");
    async function* failing() {
      yield Buffer.from("half");
      throw new Error("the source ended");
    }

    const { message } = await rejectionOf(writeWhole(disk, "folder/file", failing(), "id"));

    expect(message).to.equal("the source ended");
    expect(await disk.list("folder")).to.deep.equal(["file"]);
    expect(await disk.read("folder/file")).to.equal("before");
  });
});
