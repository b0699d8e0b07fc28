import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { expect } from "chai";
import type { Archive, ArchiveStore, ListedKey } from "../../src/core/ports";

const KEYS = ["plain.zip", "h/o~2Fx/r/feature~2Fcart/1.zip", "a b+c%2B/1.zip", "é/1.zip"];

/** An archive of some bytes. */
export const archiveOf = (text: string): Archive => {
  const body = Buffer.from(text);
  const checksum = createHash("sha256").update(body).digest("base64");
  return { size: body.length, checksum, files: 1, open: () => Readable.from([body]) };
};

/** What every bucket of archives has to do. */
export function archiveStoreContract(name: string, make: () => Promise<ArchiveStore>): void {
  describe(`archive store ${name}`, () => {
    let store: ArchiveStore;

    beforeEach(async () => {
      store = await make();
    });

    for (const key of KEYS) {
      it(`stores ${key} once, with its metadata`, async () => {
        const metadata = { commit: "abc", author: "=?UTF-8?B?w6k=?=" };

        const first = await store.putArchive(key, archiveOf("one"), metadata);
        const second = await store.putArchive(key, archiveOf("two"), metadata);

        expect([first.kind, second.kind]).to.deep.equal(["stored", "exists"]);
        const found = await store.find(key);
        expect(found).to.deep.include({ key, size: 3, checksum: archiveOf("one").checksum });
        expect(found?.metadata["commit"]).to.equal("abc");
        expect(found?.versionId).to.equal(first.kind === "stored" ? first.versionId : "");
      });
    }

    it("replaces an archive when it is told to", async () => {
      await store.putArchive("k.zip", archiveOf("one"), {});
      await store.replaceArchive("k.zip", archiveOf("three"), {});

      expect(await store.find("k.zip")).to.deep.include({ size: 5 });
    });

    it("finds nothing where nothing is", async () => {
      expect([await store.find("none.zip"), await store.readText("none.json")]).to.deep.equal([undefined, undefined]);
    });

    it("writes a text only on its condition", async () => {
      const write = async (text: string, etag?: string) =>
        store.writeText("p.json", text, etag === undefined ? { kind: "absent" } : { kind: "etag", etag });

      expect(await write("1", '"0123456789abcdef0123456789abcdef"')).to.equal("conflict");
      expect(await write("1")).to.equal("written");
      expect(await write("2")).to.equal("conflict");
      const first = await store.readText("p.json");
      expect(await write("2", first?.etag)).to.equal("written");
      expect(await write("3", first?.etag)).to.equal("conflict");
      expect((await store.readText("p.json"))?.text).to.equal("2");
    });

    it("of several writers on one condition lets one through", async () => {
      await store.writeText("p.json", "0", { kind: "absent" });
      const { etag = "" } = (await store.readText("p.json")) ?? {};

      const outcomes = await Promise.all(
        ["1", "2", "3", "4"].map((text) => store.writeText("p.json", text, { kind: "etag", etag })),
      );

      expect(outcomes.filter((each) => each === "written")).to.have.length(1);
    });

    it("lists what begins with a prefix", async () => {
      for (const key of ["a/1.json", "a/2.json", "b/1.json"]) await store.writeText(key, "{}", { kind: "absent" });
      const listed: ListedKey[] = [];

      for await (const page of store.list("a/")) listed.push(...page);

      expect(listed.map(({ key }) => key)).to.deep.equal(["a/1.json", "a/2.json"]);
      expect(listed[0]?.lastModified.getTime()).to.be.above(Date.parse("2026-01-01"));
    });
  });
}
