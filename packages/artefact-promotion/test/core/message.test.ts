import { expect } from "chai";
import fc from "fast-check";
import { LOOK_AGAIN } from "../../src/contract";
import { parseMessage } from "../../src/core/message";
import { SEED } from "../support/seeds";
import { encodeKey, wrapped } from "../support/world";

const record = (key: string, eventName = "ObjectCreated:Put"): object => ({
  eventSource: "aws:s3",
  eventName,
  s3: { bucket: { name: "b" }, object: { key, size: 1, eTag: "e", versionId: "v", sequencer: "0A" } },
});

const keysIn = (body: string): readonly string[] => {
  const message = parseMessage(body);
  return message.kind === "created" ? message.objects.map(({ key }) => key) : [];
};

describe("parseMessage", () => {
  it("reads a notification bare and in SNS's envelope, with all its records", () => {
    const records = [record("a"), record("b%2Bc+d")];

    expect(keysIn(JSON.stringify({ Records: records }))).to.deep.equal(["a", "b+c d"]);
    expect(keysIn(wrapped(...records))).to.deep.equal(["a", "b+c d"]);
  });

  it("A6 finds any legal key again", () => {
    const key = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
      fc.constantFrom(
        "a b",
        "a+b",
        "a%2Bb",
        "100%",
        "dir/",
        "../x",
        "a/../b",
        "é ü",
        "日本",
        "k".repeat(1024),
        "?q#f&=;",
      ),
    );
    const holds = fc.property(key, (each) => {
      expect(keysIn(wrapped(record(encodeKey(each))))).to.deep.equal([each]);
    });
    fc.assert(holds, { seed: SEED });
  });

  const ignored: readonly (readonly [string, string])[] = [
    ["S3's test event", JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "b" })],
    ["S3's test event by SNS", JSON.stringify({ Type: "Notification", Message: '{"Event":"s3:TestEvent"}' })],
    ["somebody's own JSON", JSON.stringify({ hello: "world" })],
    ["a list", "[]"],
    ["null", "null"],
    ["somebody's own text by SNS", JSON.stringify({ Type: "Notification", Message: "hello" })],
    ["a record of another service", JSON.stringify({ Records: [{ eventSource: "aws:ses" }] })],
    ["a removal", wrapped(record("a", "ObjectRemoved:Delete"))],
  ];
  for (const [what, body] of ignored) {
    it(`A6 acknowledges ${what}`, () => {
      expect(parseMessage(body).kind).to.equal("ignored");
    });
  }

  const unreadable: readonly (readonly [string, string])[] = [
    ["what is no JSON", "{"],
    [
      "a record of S3 without a key",
      JSON.stringify({ Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put" }] }),
    ],
    ["a key that is not encoded", wrapped(record("100%"))],
  ];
  for (const [what, body] of unreadable) {
    it(`does not lose ${what}`, () => {
      expect(parseMessage(body).kind).to.equal("unreadable");
    });
  }

  it("reads a request to look again", () => {
    const request = {
      type: LOOK_AGAIN,
      key: "a b",
      trigger: "backfill",
      requested_by: { id: "arn", name: "ada" },
      correlation_id: "c",
      seen: { etag: "e", size: 3 },
    };

    expect(parseMessage(JSON.stringify(request))).to.deep.equal({ kind: "look-again", request });
  });
});
