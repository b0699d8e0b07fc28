import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { createHash } from "node:crypto";
import type { Description, SourceStore, TargetStore } from "../../src/core/ports";

/** Two buckets, and what a test does with them besides. */
export interface BucketsUnderTest {
  readonly source: string;
  readonly target: string;
  readonly sources: SourceStore;
  readonly targets: TargetStore;
  put(bucket: string, key: string, body: string, description?: Partial<Description>): Promise<void>;
  delete(bucket: string, key: string): Promise<void>;
  text(bucket: string, key: string): Promise<string | undefined>;
  /** Resolves when whatever is put from now on is newer than what was put before. */
  tick(): Promise<string>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const MIB = 1024 * 1024;
/** A bucket that nobody has. */
export const NOWHERE = "slipway-nobody-has-this-bucket";

/** What every pair of buckets has to do. @param files More than one page of a listing, where there are pages. */
export function bucketsContract(name: string, make: () => Promise<BucketsUnderTest>, files: number): void {
  describe(`buckets ${name}`, function () {
    this.timeout(120_000);
    let world: BucketsUnderTest;
    before(async () => {
      world = await make();
    });

    const list = async (prefix: string, at: string) =>
      (await world.sources.list(world.source, prefix, at)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const only = async (prefix: string) => {
      const [file] = await list(prefix, await world.tick());
      if (file === undefined) throw new Error(`nothing below ${prefix}`);
      return file;
    };
    const read = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    async function* bytes(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
      for (const text of texts) yield Buffer.from(text);
    }

    it(`lists ${files} files from all pages`, async () => {
      const keys = Array.from({ length: files }, (_, n) => `many/${`${n}`.padStart(5, "0")}`);
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => world.put(world.source, key, "")));
      }
      await world.put(world.source, "manyfold", "");

      expect((await list("many/", await world.tick())).map(({ key }) => key)).to.deep.equal(keys);
    });

    it("lists what was there at a time: neither what came, nor what went, nor what changed later", async () => {
      const prefix = "as-of/";
      await world.put(world.source, `${prefix}changes`, "old");
      await world.put(world.source, `${prefix}goes`, "there");
      await world.put(world.source, `${prefix}went`, "gone");
      await world.delete(world.source, `${prefix}went`);
      const at = await world.tick();
      await world.put(world.source, `${prefix}changes`, "newer");
      await world.put(world.source, `${prefix}comes`, "later");
      await world.delete(world.source, `${prefix}goes`);

      const found = await list(prefix, at);

      expect(found.map(({ key, size }) => [key, size])).to.deep.equal([
        [`${prefix}changes`, 3],
        [`${prefix}goes`, 5],
      ]);
      const texts = await Promise.all(
        found.map(async (file) => read((await world.sources.open(world.source, file)).body)),
      );
      expect(texts).to.deep.equal(["old", "there"]);
    });

    it("reads the bytes and the metadata of a file, and refuses one that is another now", async () => {
      await world.put(world.source, "read/a b+ü.csv", "text", { metadata: { iv: "x" }, contentType: "text/csv" });
      const file = await only("read/");

      const { body, metadata, contentType } = await world.sources.open(world.source, file);
      expect([await read(body), metadata["iv"], contentType]).to.deep.equal(["text", "x", "text/csv"]);
      expect(await world.sources.describe(world.source, file)).to.deep.include({ contentType: "text/csv" });

      for (const wrong of [
        { ...file, etag: "0".repeat(32) },
        { ...file, versionId: undefined, key: "read/none" },
      ]) {
        expect(await rejectionOf(world.sources.open(world.source, wrong))).to.have.property("code", "source-changed");
        expect(await rejectionOf(world.sources.describe(world.source, wrong))).to.be.an("error");
      }
    });

    it("copies a file by the server, under any name, with its metadata and its digest", async () => {
      await world.put(world.source, "copy/a b+ü.csv", "text", { metadata: { iv: "x" } });
      const file = await only("copy/");
      const place = { bucket: world.target, key: "to/a b+ü %.csv" };
      const description = await world.sources.describe(world.source, file);

      const written = await world.targets.copy({ bucket: world.source, file }, place, description, "delivery-1");

      expect(written).to.include({ sha256: sha256("text"), bytes: 4 });
      expect(await world.text(place.bucket, place.key)).to.equal("text");
      expect(await world.targets.find(place, "delivery-1")).to.include({ sha256: sha256("text"), bytes: 4 });
      expect(await world.targets.find(place, "delivery-2")).to.equal(undefined);
    });

    it("finds nothing where nothing is", async () => {
      expect(await world.targets.find({ bucket: world.target, key: "nothing" }, "d")).to.equal(undefined);
    });

    it("says which bucket is not there, for one part and for several", async () => {
      for (const parts of [["one"], ["x".repeat(9 * MIB), "y".repeat(9 * MIB)]]) {
        const place = { bucket: NOWHERE, key: "a" };
        const writing = world.targets.write(place, bytes(...parts), { metadata: {} }, "d");
        expect(await rejectionOf(writing)).to.include({ code: "destination-missing", bucket: NOWHERE });
      }
    });

    it("writes a stream, an empty one and one of several parts too, with their digests", async () => {
      const texts = { empty: [], small: ["one", "two"], large: ["x".repeat(9 * MIB), "y".repeat(9 * MIB), "end"] };
      for (const [key, parts] of Object.entries(texts)) {
        const whole = parts.join("");
        const written = await world.targets.write(
          { bucket: world.target, key: `write/${key}` },
          bytes(...parts),
          { metadata: { a: "b" } },
          "d",
        );
        expect(written, key).to.include({ sha256: sha256(whole), bytes: whole.length });
        expect((await world.text(world.target, `write/${key}`)) === whole, key).to.equal(true);
      }
    });

    it("leaves nothing of a stream that breaks off", async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("x".repeat(9 * MIB));
        throw new Error("it broke off");
      }
      const place = { bucket: world.target, key: "broken" };

      const error = await rejectionOf(world.targets.write(place, broken(), { metadata: {} }, "d"));

      expect(error.message).to.equal("it broke off");
      expect(await world.text(place.bucket, place.key)).to.equal(undefined);
    });
  });
}
