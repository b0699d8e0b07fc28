import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import type { Bucket, ListedObject } from "../../src/core/objects";
import type { NewObject, OpenOutcome } from "../../src/core/ports";
import { MOST_PARTS, planParts } from "../../src/core/parts";
import type { Buckets, StoreAbilities } from "../support/contract-buckets";

const KEYS = [
  "plain",
  "a b",
  "a+b",
  "a%2Bb",
  "100%",
  "dir/",
  "dir/sub/é 日本 🎉",
  "x?y#z&a=b;c",
  "..",
  "../a",
  "a/../b",
  "k".repeat(1024),
];
const absent = { kind: "absent" } as const;
const plain: NewObject = { attributes: { metadata: {} }, tags: {} };

async function textOf(outcome: OpenOutcome): Promise<string> {
  if (outcome.kind !== "open") return outcome.kind;
  const chunks: Uint8Array[] = [];
  for await (const chunk of outcome.opened.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * What every store of objects has to do.
 *
 * @param abilities What this implementation cannot do is left out, and its title says so.
 */
export function objectStoreContract(name: string, make: () => Promise<Buckets>, abilities: StoreAbilities): void {
  const { conditionalCopies, copies, owners } = abilities;
  const without = [!conditionalCopies && "conditions on copies", !copies && "copies", !owners && "owners of buckets"]
    .filter(Boolean)
    .join(", ");

  describe(`object store ${name}${without && ` (not checked here: ${without})`}`, () => {
    let buckets: Buckets;

    beforeEach(async () => {
      buckets = await make();
    });

    const current = async (key: string) => {
      const { store, target: bucket } = buckets;
      return textOf(await store.open({ bucket, key }));
    };

    for (const key of KEYS) {
      it(`A6 puts, heads, opens and lists ${key.slice(0, 20)}`, async () => {
        const { store, target } = buckets;

        const outcome = await store.put(target, key, Buffer.from("hello"), plain, absent);

        expect(outcome.kind).to.equal("written");
        expect(await store.head(target, key)).to.deep.include({ key, size: 5 });
        expect(await current(key)).to.equal("hello");
        const listed: ListedObject[] = [];
        for await (const page of store.list(target, {})) listed.push(...page);
        expect(listed.map((each) => each.key)).to.deep.equal([key]);
      });

      if (!copies) continue;
      it(`A6 copies ${key.slice(0, 20)} by the server`, async () => {
        const { store, source, target, plant } = buckets;
        await plant(source, key, "hello");

        const outcome = await store.copy({ source: { bucket: source, key }, target, condition: absent });

        expect(outcome.kind).to.equal("written");
        expect(await current(key)).to.equal("hello");
      });
    }

    it("keeps what an object carries", async () => {
      const { store, target } = buckets;
      const attributes = {
        contentType: "application/zip",
        cacheControl: "no-cache",
        contentDisposition: "attachment",
        contentEncoding: "gzip",
        contentLanguage: "en",
        metadata: { commit: "abc" },
      };

      await store.put(target, "a", Buffer.from("x"), { attributes, tags: { team: "a&b=c", stage: "é" } }, absent);

      const { attributes: kept } = (await store.head(target, "a")) ?? {};
      expect(kept).to.deep.include(attributes);
      expect(await store.tags(target, "a")).to.deep.equal({ team: "a&b=c", stage: "é" });
    });

    it("A3 puts only where the condition holds", async () => {
      const { store, target } = buckets;
      const first = await store.put(target, "a", Buffer.from("1"), plain, absent);
      const etag = first.kind === "written" ? first.written.etag : "";

      expect((await store.put(target, "a", Buffer.from("2"), plain, absent)).kind).to.equal("conflict");
      expect((await store.put(target, "a", Buffer.from("2"), plain, { kind: "etag", etag })).kind).to.equal("written");
      expect((await store.put(target, "a", Buffer.from("3"), plain, { kind: "etag", etag })).kind).to.equal("conflict");
      expect((await store.put(target, "b", Buffer.from("3"), plain, { kind: "etag", etag })).kind).to.equal("conflict");
      expect(await current("a")).to.equal("2");
    });

    it("heads, opens and copies nothing that is not there, and names a bucket that is not", async () => {
      const { store, source, target } = buckets;
      const nowhere = { name: "no-such-bucket-anywhere", owner: source.owner };

      expect(await store.head(source, "a")).to.equal(undefined);
      expect((await store.open({ bucket: source, key: "a" })).kind).to.equal("missing");
      expect(await store.versions(source, "a", 10)).to.deep.equal([]);
      if (copies) {
        const copied = await store.copy({ source: { bucket: source, key: "a" }, target, condition: absent });
        expect(copied.kind).to.equal("source-missing");
      }
      await expectRefusal(nowhere, target);
      await store.assertBucket(source);
      expect(await rejectionOf(store.assertBucket(nowhere))).to.have.property("code", "bucket-not-found");
      expect(await rejectionOf(store.put(nowhere, "a", Buffer.from("x"), plain, absent))).to.have.property(
        "code",
        "bucket-not-found",
      );
    });

    const expectRefusal = async (from: Bucket, to: Bucket) => {
      const refused = await buckets.store.copy({ source: { bucket: from, key: "a" }, target: to, condition: absent });
      expect(refused.kind).to.equal("refused");
    };

    if (owners) {
      it("A7 touches no bucket of another owner than the one that is named", async () => {
        const { store, source, target, plant } = buckets;
        await plant(source, "a", "x");
        const [theirs, foreign] = [source, target].map(({ name }) => ({ name, owner: "999999999999" })) as [
          Bucket,
          Bucket,
        ];
        const denied = async (call: Promise<unknown>) =>
          expect(await rejectionOf(call)).to.have.property("code", "access-denied");

        await denied(store.assertBucket(theirs));
        await denied(store.head(theirs, "a"));
        await denied(store.tags(theirs, "a"));
        await denied(store.open({ bucket: theirs, key: "a" }));
        await denied(store.put(foreign, "a", Buffer.from("x"), plain, absent));
        await denied(store.startUpload(foreign, "a", plain));
        await expectRefusal(theirs, target);
        await expectRefusal(source, foreign);
        expect(await store.head(target, "a")).to.equal(undefined);
      });
    }

    it("A5 takes no more parts than S3 does", async () => {
      const { store, target } = buckets;
      const upload = await store.startUpload(target, "a", plain);

      await store.sendPart(upload, MOST_PARTS, Buffer.from("x"));
      await rejectionOf(store.sendPart(upload, MOST_PARTS + 1, Buffer.from("x")));

      await store.abortUpload(upload);
    });

    it("opens a range, and only the state that is asked for", async () => {
      const { store, source, plant } = buckets;
      await plant(source, "a", "hello");
      const { etag = "" } = (await store.head(source, "a")) ?? {};
      await plant(source, "b", "x");

      const range = { number: 1, first: 1, last: 3 };
      expect(await textOf(await store.open({ bucket: source, key: "a", etag }, range))).to.equal("ell");
      expect((await store.open({ bucket: source, key: "b", etag })).kind).to.equal("conflict");
    });

    it("lists versions, latest first, and none of a longer key", async () => {
      const { store, source, plant } = buckets;
      for (const body of ["1", "22", "333"]) await plant(source, "a", body);
      await plant(source, "ab", "x");

      const versions = await store.versions(source, "a", 10);

      expect(versions.map(({ size, current: now }) => [size, now])).to.deep.equal([
        [3, true],
        [2, false],
        [1, false],
      ]);
      const [, second] = versions;
      expect(await store.head(source, "a", second?.versionId)).to.deep.include({ size: 2 });
      expect(await store.versions(source, "a", 2)).to.have.length(2);
    });

    it("lists after a key and below a prefix, in the order of UTF-8", async () => {
      const { store, source, plant } = buckets;
      for (const key of ["p/ï", "p/z", "p/🎉", "q", "a"]) await plant(source, key, "x");

      const listed: string[] = [];
      for await (const page of store.list(source, { prefix: "p/", after: "p/a" })) {
        listed.push(...page.map(({ key }) => key));
      }

      expect(listed).to.deep.equal(["p/z", "p/ï", "p/🎉"]);
    });

    it("A5 makes an object of parts that were sent, on a condition, or leaves none of them", async () => {
      const { store, target, openUploads } = buckets;
      const made = { attributes: { contentType: "a/b", metadata: { m: "1" } }, tags: { t: "1" } };
      const body = Buffer.alloc(11 * 1024, "x");
      const upload = await store.startUpload(target, "a", made);
      const ranges = planParts(body.length, 6 * 1024);
      const parts = [];
      for (const { number, first, last } of ranges) {
        parts.push(await store.sendPart(upload, number, body.subarray(first, last + 1)));
      }

      expect((await store.completeUpload(upload, parts, absent)).kind).to.equal("written");
      const { attributes, size } = (await store.head(target, "a")) ?? {};
      expect(size).to.equal(body.length);
      expect(attributes).to.deep.include(made.attributes);

      const second = await store.startUpload(target, "a", made);
      const part = await store.sendPart(second, 1, Buffer.from("tiny"));
      expect((await store.completeUpload(second, [part], absent)).kind).to.equal("conflict");
      await store.abortUpload(second);
      await store.abortUpload(second);
      expect(await openUploads()).to.equal(0);
    }).timeout(30_000);

    if (!copies) return;

    it("A5 makes an object of parts that the server copied", async () => {
      const { store, source, target, plant } = buckets;
      await plant(source, "a", "0123456789");
      const { etag = "" } = (await store.head(source, "a")) ?? {};
      const upload = await store.startUpload(target, "a", plain);
      const from = { bucket: source, key: "a", etag };
      const outcomes = await Promise.all(planParts(10, 4).map((range) => store.copyPart(upload, from, range)));
      const parts = outcomes.flatMap((each) => (each.kind === "part" ? [each.part] : []));

      expect((await store.completeUpload(upload, parts, absent)).kind).to.equal("written");
      expect(await current("a")).to.equal("0123456789");
    });

    it("A3 copies only the state of the source that was seen", async () => {
      const { store, source, target, plant } = buckets;
      await plant(source, "a", "1");
      const { etag = "", versionId } = (await store.head(source, "a")) ?? {};
      await plant(source, "a", "2");
      const from = { bucket: source, key: "a", etag };

      expect((await store.copy({ source: from, target, condition: absent })).kind).to.equal("conflict");
      const pinned = await store.copy({ source: { ...from, versionId }, target, condition: absent });
      expect(pinned).to.deep.include({ kind: "written", sourceVersionId: versionId });
      expect(await current("a")).to.equal("1");
    });

    it("A4 keeps what an object carries when the server copies it", async () => {
      const { store, source, target, plant } = buckets;
      await plant(source, "a", "x", { attributes: { contentType: "a/b", metadata: { m: "1" } }, tags: { t: "1" } });

      await store.copy({ source: { bucket: source, key: "a" }, target, condition: absent });

      const { attributes } = (await store.head(target, "a")) ?? {};
      expect(attributes).to.deep.include({ contentType: "a/b", metadata: { m: "1" } });
      expect(await store.tags(target, "a")).to.deep.equal({ t: "1" });
    });

    if (!conditionalCopies) return;

    it("A3 copies only over the state of the target that was seen", async () => {
      const { store, source, target, plant } = buckets;
      await plant(source, "a", "1");
      const from = { bucket: source, key: "a" };
      const first = await store.copy({ source: from, target, condition: absent });
      const etag = first.kind === "written" ? first.written.etag : "";
      await plant(source, "a", "2");

      expect((await store.copy({ source: from, target, condition: absent })).kind).to.equal("conflict");
      expect((await store.copy({ source: from, target, condition: { kind: "etag", etag: "x" } })).kind).to.equal(
        "conflict",
      );
      expect((await store.copy({ source: from, target, condition: { kind: "etag", etag } })).kind).to.equal("written");
      expect(await current("a")).to.equal("2");
    });
  });
}
