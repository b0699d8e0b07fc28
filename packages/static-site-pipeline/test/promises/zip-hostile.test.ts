import { rejectionOf, SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { Zip, ZipDeflate } from "fflate";
import { openPromise } from "yauzl";
import { withZipFile } from "../../src/adapters/zip-reader";
import { sha256Of } from "../../src/adapters/memory-site";
import { ZIP_LIMITS } from "../../src/core/zip-check";
import { HARMLESS, HOSTILE } from "../support/zip-corpus";
import { writeZip } from "../support/zip-writer";

const run = promisify(execFile);
const MOST_MEMORY = 256 * 1024 ** 2;

interface Told {
  readonly problem?: string;
  readonly files?: number;
  readonly milliseconds: number;
  readonly bytes: number;
}

describe("P5 a hostile zip writes nothing, and costs bounded memory and time", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-zip-test-"));
    mkdirSync(join(folder, "work"));
    writeFileSync(join(folder, "canary"), "alive");
    file = join(folder, "work", "site.zip");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const expectUntouched = (): void => {
    expect(readdirSync(folder).sort()).to.deep.equal(["canary", "work"]);
    expect(readdirSync(join(folder, "work"))).to.deep.equal(["site.zip"]);
    expect(readFileSync(join(folder, "canary"), "utf8")).to.equal("alive");
  };

  for (const [name, make] of Object.entries(HOSTILE)) {
    it(`P5 refuses ${name}`, async () => {
      const { zip, problem } = make();
      writeFileSync(file, zip);
      const started = performance.now();

      const error = await rejectionOf(withZipFile(file, (source) => source.files()));

      expect(performance.now() - started).to.be.lessThan(2000);
      expect(error).to.include({ name: "UnsafeZipError", problem });
      expectUntouched();
    });
  }

  for (const [name, make] of Object.entries(HARMLESS)) {
    it(`P5 takes ${name}, and gives the bytes that were checked`, async () => {
      writeFileSync(file, make());

      await withZipFile(file, async (source) => {
        const files = await source.files();
        expect(files.map(({ path }) => path)).to.include("index.html");
        for (const each of files) {
          const chunks: Buffer[] = [];
          for await (const chunk of await each.open()) chunks.push(chunk as Buffer);
          expect(sha256Of(Buffer.concat(chunks))).to.equal(each.sha256);
        }
      });
      expectUntouched();
    });
  }

  it("P5 needs less than 256 MiB and two seconds in a process of its own", async () => {
    const script = join(__dirname, "..", "support", "zip-child.ts");
    const large = join(folder, "work", "site.zip");
    for (const name of ["entries that share bytes", "a size that is told too small", "a ratio of more than 100"]) {
      writeFileSync(large, HOSTILE[name]?.().zip ?? "");
      const { stdout } = await run(process.execPath, ["--import", "tsx", script, large]);
      const told = JSON.parse(stdout) as Told;
      expect(told.problem, name).to.be.a("string");
      expect(told.milliseconds, name).to.be.lessThan(2000);
      expect(told.bytes, name).to.be.lessThan(MOST_MEMORY);
    }
  }).timeout(60_000);

  it("P5 an honest zip of 400 MB needs less than 256 MiB", async () => {
    const content = Buffer.alloc(40_000_000);
    for (let at = 0; at < content.length; at += 4) content.writeUInt32LE((at * 2654435761) >>> 0, at);
    const entries = Array.from({ length: 10 }, (_, at) => ({ name: `${at}.bin`, content, stored: true }));
    writeFileSync(file, writeZip([{ name: "index.html" }, ...entries]));
    const script = join(__dirname, "..", "support", "zip-child.ts");

    const { stdout } = await run(process.execPath, ["--import", "tsx", script, file]);

    const told = JSON.parse(stdout) as Told;
    expect(told.files).to.equal(11);
    expect(told.bytes).to.be.lessThan(MOST_MEMORY);
  }).timeout(60_000);

  it("P5 any damage to a zip is noticed, or does no harm", async () => {
    const content = "some text ".repeat(30);
    const zip = writeZip([
      { name: "index.html", content },
      { name: "a/b.txt", content: "x" },
    ]);
    const damage = fc.tuple(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }));
    const holds = fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (changes) => {
      const broken = Buffer.from(zip);
      for (const [at, mask] of changes) broken.writeUInt8(broken.readUInt8(at) ^ mask, at);
      writeFileSync(file, broken);
      const outcome = await withZipFile(file, async (source) => {
        const files = await source.files();
        return Promise.all(files.map(async (each) => text(await each.open())));
      }).catch((error: Error) => error);
      if (outcome instanceof Error) expect(outcome.name).to.equal("UnsafeZipError");
      else for (const each of outcome) expect(each).to.be.oneOf([content, "x"]);
      expectUntouched();
    });
    await fc.assert(holds, { seed: SEED, numRuns: 400 });
  }).timeout(60_000);

  it("P5 reads what a streaming writer made, with sizes after the content", async () => {
    const chunks: Uint8Array[] = [];
    const zip = new Zip((error, chunk) => {
      if (error !== null) throw error;
      chunks.push(chunk);
    });
    const member = new ZipDeflate("index.html");
    zip.add(member);
    member.push(Buffer.from("<html>"), true);
    zip.end();
    writeFileSync(file, Buffer.concat(chunks));

    const files = await withZipFile(file, (source) => source.files());

    expect(files).to.have.length(1);
  });

  it("P5 the test notices a reader without these checks", async () => {
    const taken: string[] = [];
    for (const name of [
      "a wrong checksum",
      "a link",
      "a name twice",
      "a folder of git",
      "entries that quote the next ones",
    ]) {
      writeFileSync(file, HOSTILE[name]?.().zip ?? "");
      const zip = await openPromise(file);
      for await (const entry of zip.eachEntry()) {
        if (entry.uncompressedSize < 1000) await finished((await zip.openReadStreamPromise(entry)).resume());
      }
      taken.push(name);
    }
    expect(taken).to.have.length(5);
  });

  it("P5 the limits are on what comes out: the test notices when they are not", async () => {
    const content = Buffer.from("x".repeat(300_000));
    writeFileSync(file, writeZip([{ name: "index.html", content }]));
    const tight = { ...ZIP_LIMITS, total: 200_000 };

    expect(await rejectionOf(withZipFile(file, (source) => source.files(), tight))).to.include({
      problem: "too-large",
    });
    expect(await withZipFile(file, (source) => source.files())).to.have.length(1);
  });
});
