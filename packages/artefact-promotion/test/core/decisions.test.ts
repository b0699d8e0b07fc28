import { seededIt } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { compareKeys, judgePair, pairListings } from "../../src/core/difference";
import type { Checksum, ListedObject, ObjectIdentity } from "../../src/core/objects";
import { planParts } from "../../src/core/parts";
import { progressOf } from "../../src/core/progress";
import { compareObjects, matchesSighting } from "../../src/core/sameness";
import { assertNoLoop, bucketName, inScope } from "../../src/core/scope";
import { compareSequencers } from "../../src/core/sequencer";

const MD5 = "5d41402abc4b2a76b9719d911017c592";
const whole = (algorithm: Checksum["algorithm"], value: string): Checksum => ({ algorithm, value, scope: "whole" });
const composite = (value: string): Checksum => ({ algorithm: "CRC32", value, scope: "composite" });
const object = (fields: Partial<ObjectIdentity & { size: number }>) => ({
  etag: `${MD5}-2`,
  checksums: [],
  keyed: false,
  ...fields,
});

describe("compareObjects", () => {
  const cases: readonly (readonly [string, ReturnType<typeof object>, ReturnType<typeof object>, string])[] = [
    ["sizes that differ", object({ size: 1 }), object({ size: 2 }), "different"],
    [
      "one checksum in common",
      object({ checksums: [whole("SHA256", "x")] }),
      object({ checksums: [whole("SHA256", "x")] }),
      "same",
    ],
    [
      "checksums that differ",
      object({ checksums: [whole("SHA256", "x")] }),
      object({ checksums: [whole("SHA256", "y")] }),
      "different",
    ],
    [
      "checksums of two algorithms",
      object({ checksums: [whole("SHA1", "x")] }),
      object({ checksums: [whole("SHA256", "x")] }),
      "unknown",
    ],
    ["equal composites", object({ checksums: [composite("x-2")] }), object({ checksums: [composite("x-2")] }), "same"],
    [
      "other composites",
      object({ checksums: [composite("x-2")] }),
      object({ checksums: [composite("x-3")] }),
      "unknown",
    ],
    ["ETags that are MD5s", object({ etag: MD5 }), object({ etag: MD5 }), "same"],
    ["MD5s that differ", object({ etag: MD5 }), object({ etag: MD5.replace("5", "6") }), "different"],
    ["equal ETags of parts", object({}), object({}), "unknown"],
    ["equal ETags under a key", object({ etag: MD5, keyed: true }), object({ etag: MD5 }), "unknown"],
    [
      "a checksum against an equal MD5",
      object({ etag: MD5, checksums: [whole("CRC32", "x")] }),
      object({ etag: MD5, checksums: [whole("CRC32", "y")] }),
      "different",
    ],
  ];
  for (const [what, source, target, kind] of cases) {
    it(`A4 tells ${what} as ${kind}`, () => {
      expect(compareObjects(source, target).kind).to.equal(kind);
    });
  }

  it("A4 takes no ETag of parts or under a key for a proof of what an event told", () => {
    expect(matchesSighting({ etag: MD5, size: 1 }, { etag: MD5, keyed: false })?.method).to.equal("md5");
    expect(matchesSighting({ etag: `${MD5}-2`, size: 1 }, { etag: `${MD5}-2`, keyed: false })).to.equal(undefined);
    expect(matchesSighting({ etag: MD5, size: 1 }, { etag: MD5, keyed: true })).to.equal(undefined);
  });
});

describe("compareSequencers", () => {
  it("A3 fills the shorter one up with zeros on the right", () => {
    expect(compareSequencers("0055", "0055AED6")).to.be.below(0);
    expect(compareSequencers("0055AED7", "0055AED600")).to.be.above(0);
    expect(compareSequencers("0055ae", "0055AE0")).to.equal(0);
  });
});

describe("planParts", () => {
  seededIt("A5 covers every byte once, in parts that S3 takes", (seed) => {
    const size = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 50 * 1024 ** 4 }));
    const holds = fc.property(size, fc.integer({ min: 1, max: 200 }), (bytes, smallest) => {
      const parts = planParts(bytes, smallest, 100);
      expect(parts.length).to.be.at.most(100);
      expect(parts[0]?.first).to.equal(0);
      expect(parts.at(-1)?.last).to.equal(bytes - 1);
      parts.slice(1).forEach((part, index) => expect(part.first).to.equal((parts[index]?.last ?? 0) + 1));
    });
    fc.assert(holds, { seed });
  });

  it("A5 reaches ten thousand parts and not one more", () => {
    expect(planParts(10_000, 1)).to.have.length(10_000);
    expect(planParts(10_001, 1)).to.have.length(5_001);
  });
});

describe("hops", () => {
  it("A7 refuses a bucket that is promoted to itself, at once or around a circle", () => {
    const hop = (sourceBucket: string, targetBucket: string) => ({ sourceBucket, targetBucket });

    expect(() => assertNoLoop([hop("a", "a")])).to.throw("[sourceBucket] a would be promoted to itself");
    expect(() => assertNoLoop([hop("a", "b"), hop("b", "c"), hop("c", "a")])).to.throw("a -> b -> c -> a");
    expect(() => assertNoLoop([hop("a", "b"), hop("b", "c"), hop("a", "c")])).to.not.throw();
  });

  it("names buckets by a pattern", () => {
    expect(bucketName("govuk-{env}-artefact", "staging")).to.equal("govuk-staging-artefact");
    expect(() => bucketName("govuk-artefact", "staging")).to.throw("[bucketPattern]");
    expect(() => bucketName("{env}_artefact", "staging")).to.throw("is no name for a bucket");
  });

  it("promotes the keys of its filter only", () => {
    expect(inScope({ prefix: "a/", suffix: ".zip" }, "a/x.zip")).to.equal(true);
    expect(inScope({ prefix: "a/", suffix: ".zip" }, "b/x.zip")).to.equal(false);
    expect(inScope({ prefix: "a/", suffix: ".zip" }, "a/x.tar")).to.equal(false);
    expect(inScope({}, "anything")).to.equal(true);
  });
});

describe("listings side by side", () => {
  const listed = (key: string, etag = "e", size = 1): ListedObject => ({ key, etag, size, lastModified: new Date(0) });
  async function* pages(keys: readonly string[], size: number) {
    const sorted = [...keys].sort(compareKeys);
    for (let start = 0; start < sorted.length; start += size)
      yield sorted.slice(start, start + size).map((key) => listed(key));
  }

  seededIt("A8 pair every key of either side once, in S3's order", async (seed) => {
    const keys = fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 5 }), { maxLength: 30 });
    const holds = fc.asyncProperty(keys, keys, fc.integer({ min: 1, max: 7 }), async (mine, theirs, size) => {
      const seen: string[] = [];
      for await (const { key, source, target } of pairListings(pages(mine, size), pages(theirs, size + 1))) {
        seen.push(key);
        expect([source !== undefined, target !== undefined]).to.deep.equal([mine.includes(key), theirs.includes(key)]);
      }
      expect(seen).to.deep.equal([...new Set([...mine, ...theirs])].sort(compareKeys));
    });
    await fc.assert(holds, { seed });
  });

  it("judge by size and ETag, and suspect only what they cannot tell", () => {
    const source = listed("k", "a", 2);

    expect(judgePair({ key: "k", source })).to.equal("missing");
    expect(judgePair({ key: "k", target: source })).to.equal("extra");
    expect(judgePair({ key: "k", source, target: listed("k", "a", 2) })).to.equal("same");
    expect(judgePair({ key: "k", source, target: listed("k", "a", 3) })).to.equal("different");
    expect(judgePair({ key: "k", source, target: listed("k", "b", 2) })).to.equal("suspect");
  });
});

describe("progressOf", () => {
  it("tells rate and remaining time, once they can be told", () => {
    expect(progressOf("promoting", { done: 50, total: 200, bytes: 9 }, 10_000)).to.deep.equal({
      phase: "promoting",
      done: 50,
      total: 200,
      bytes: 9,
      rate: 5,
      remainingSeconds: 30,
    });
    expect(progressOf("promoting", { done: 0, total: 2, bytes: 0 }, 10)).to.not.have.property("remainingSeconds");
    expect(progressOf("planning", { done: 5, bytes: 0 }, 1000)).to.not.have.property("remainingSeconds");
  });
});
