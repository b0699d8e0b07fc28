import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { Readable } from "node:stream";
import { sha256Of } from "../../src/adapters/memory-site";
import type { ObjectHeaders, SiteStore, SiteVersion, SourceFile } from "../../src/core/deploy-ports";

/** A bucket without objects, and what visitors would get from it. */
export interface EmptySite {
  readonly store: SiteStore;
  /** Body and headers of what is current. */
  readonly fetch: (key: string) => Promise<(ObjectHeaders & { readonly body: string }) | undefined>;
}

const HTML: ObjectHeaders = { contentType: "text/html; charset=utf-8", cacheControl: "public, max-age=0" };
const KEYS = ["live/plain.txt", "live/a b+c.txt", "live/é 日本 🎉.txt", "live/100%.txt", "live/x?y#z&a=b.txt"];

const file = (content: string | Buffer, sha256 = sha256Of(Buffer.from(content))): SourceFile => ({
  path: "any",
  size: Buffer.byteLength(content),
  sha256,
  open: async () => Readable.from([Buffer.from(content)]),
});

/** What every bucket of a site has to do. */
export function siteStoreContract(name: string, make: () => Promise<EmptySite>): void {
  describe(`bucket of a site ${name}`, () => {
    let site: EmptySite;

    beforeEach(async () => {
      site = await make();
    });

    const versionsOf = async (prefix: string): Promise<SiteVersion[]> => {
      const all: SiteVersion[] = [];
      for await (const page of site.store.versions(prefix)) all.push(...page);
      return all;
    };

    for (const key of KEYS) {
      it(`stores, heads, restores and removes ${key}`, async () => {
        const { store, fetch } = site;
        const first = await store.put(key, file("one"), HTML);
        const second = await store.put(key, file("two"), { ...HTML, cacheControl: "no-store" });
        expect(await store.head(key)).to.deep.equal({ versionId: second });

        const restored = await store.restore(key, first);

        expect(restored?.versionId).to.not.be.oneOf([first, second, undefined, ""]);
        expect(await store.head(key)).to.deep.equal(restored);
        expect(await fetch(key)).to.deep.equal({ ...HTML, body: "one" });
        await store.remove([{ key }]);
        expect(await store.head(key)).to.equal(undefined);
        expect(await fetch(key)).to.equal(undefined);
        expect((await store.restore(key, second))?.versionId).to.be.a("string");
        expect(await fetch(key)).to.deep.include({ body: "two", cacheControl: "no-store" });
      });
    }

    it("P2 writes texts only where the condition holds", async () => {
      const { store } = site;
      expect(await store.readText("t")).to.equal(undefined);
      const first = await store.writeText("t", "1", { kind: "absent" });
      const etag = first.kind === "written" ? first.etag : "";

      expect(await store.readText("t")).to.deep.equal({ text: "1", etag });
      expect((await store.writeText("t", "2", { kind: "absent" })).kind).to.equal("conflict");
      expect((await store.writeText("t", "2", { kind: "etag", etag })).kind).to.equal("written");
      expect((await store.writeText("t", "3", { kind: "etag", etag })).kind).to.equal("conflict");
      expect((await store.writeText("gone", "3", { kind: "etag", etag })).kind).to.equal("conflict");
      expect((await store.readText("t"))?.text).to.equal("2");
      await store.remove([{ key: "t" }]);
      expect((await store.writeText("t", "4", { kind: "absent" })).kind).to.equal("written");
      expect((await store.writeText("t", "5")).kind).to.equal("written");
    });

    it("P2 of writers at once on one condition, one wins", async () => {
      const { store } = site;
      const writes = ["a", "b", "c", "d"].map((text) => store.writeText("t", text, { kind: "absent" }));

      const kinds = (await Promise.all(writes)).map(({ kind }) => kind);

      expect(kinds.filter((kind) => kind === "written")).to.have.length(1);
    });

    it("P4 refuses bytes that are not those that were hashed", async () => {
      await rejectionOf(site.store.put("live/a", file("one", sha256Of(Buffer.from("two"))), HTML));

      expect(await site.store.head("live/a")).to.equal(undefined);
    });

    it("streams a large file", async () => {
      const body = Buffer.alloc(9 * 1024 * 1024, "x");
      await site.store.put("live/large", file(body), HTML);

      expect((await site.fetch("live/large"))?.body.length).to.equal(body.length);
    }).timeout(30_000);

    it("tells of versions and markers, and removes them for good", async () => {
      const { store } = site;
      const first = await store.put("live/a", file("1"), HTML);
      const second = await store.put("live/a", file("2"), HTML);
      await store.put("live/ab", file("x"), HTML);
      await store.remove([{ key: "live/a" }, { key: "live/never" }]);

      const found = (await versionsOf("live/a")).filter(({ key }) => key === "live/a");

      expect(found.filter(({ marker }) => !marker).map(({ versionId }) => versionId)).to.have.members([first, second]);
      expect(found.filter(({ latest }) => latest).map(({ marker }) => marker)).to.deep.equal([true]);
      await store.remove(found.map(({ key, versionId }) => ({ key, versionId })));
      await store.remove(found.map(({ key, versionId }) => ({ key, versionId })));
      expect((await versionsOf("live/a")).map(({ key }) => key)).to.deep.equal(["live/ab"]);
      expect(await store.restore("live/a", first)).to.equal(undefined);
    });

    it("shows the version before, when the current one is removed for good", async () => {
      const { store, fetch } = site;
      await store.put("live/a", file("1"), HTML);
      const second = await store.put("live/a", file("2"), HTML);

      await store.remove([{ key: "live/a", versionId: second }]);

      expect((await fetch("live/a"))?.body).to.equal("1");
    });

    it("removes more than one request takes, and lists more than one page has", async () => {
      const { store } = site;
      const keys = Array.from({ length: 1005 }, (_, index) => `live/${index}`);
      await Promise.all(keys.map((key) => store.writeText(key, "x")));
      expect(await versionsOf("live/")).to.have.length(1005);

      await store.remove(keys.map((key) => ({ key })));

      expect((await versionsOf("live/")).filter(({ marker, latest }) => marker && latest)).to.have.length(1005);
    }).timeout(60_000);

    it("names the folders below a prefix", async () => {
      await Promise.all(["p/a/1", "p/a/2", "p/b/c/1", "p/file", "q/x/1"].map((key) => site.store.writeText(key, "x")));

      expect([...(await site.store.folders("p/"))].sort()).to.deep.equal(["a", "b"]);
    });
  });
}
