import { eventFixture, s3Notification, seededIt, snsEnvelope } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { LOOK_AGAIN } from "../../src/contract";
import { parseMessage } from "../../src/core/message";

const notification = (key: string, eventName?: string): string =>
  s3Notification({ bucket: "b", key, size: 1, etag: "e", eventName });
const fixture = (name: string): string => JSON.stringify(eventFixture(name));

const keysIn = (body: string): readonly string[] => {
  const message = parseMessage(body);
  return message.kind === "created" ? message.objects.map(({ key }) => key) : [];
};

describe("parseMessage", () => {
  it("reads what S3 sends, bare and in SNS's envelope", () => {
    const told = {
      bucket: "govuk-integration-artefact",
      key: "builds/résumé 1+2.tgz",
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      size: 1024,
      versionId: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
      sequencer: "0055AED6DCD90281E5",
      at: "2026-11-21T10:00:00.000Z",
      principal: "AWS:AROAEXAMPLEID:jenkins",
    };

    for (const name of ["s3-object-created", "sns-s3-object-created"]) {
      expect(parseMessage(fixture(name)), name).to.deep.equal({ kind: "created", objects: [told] });
    }
    expect(keysIn(fixture("s3-object-created-multipart"))).to.deep.equal(["images/base.tar"]);
  });

  it("reads every message of a batch, raw or in envelopes", () => {
    const bodies = ["sqs-raw-delivery", "sqs-sns-envelope"].flatMap((name) =>
      (eventFixture(name) as { Records: { body: string }[] }).Records.map(({ body }) => body),
    );

    expect(bodies.map((body) => parseMessage(body).kind)).to.deep.equal([
      "created",
      "created",
      "ignored",
      "created",
      "ignored",
    ]);
  });

  it("reads all records of a message", () => {
    const objects = ["a", "b+c d"].map((key) => ({ bucket: "b", key, size: 1, etag: "e" }));

    expect(keysIn(s3Notification(...objects))).to.deep.equal(["a", "b+c d"]);
    expect(keysIn(snsEnvelope(s3Notification(...objects)))).to.deep.equal(["a", "b+c d"]);
  });

  seededIt("A6 finds any legal key again", (seed) => {
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
      expect(keysIn(notification(each))).to.deep.equal([each]);
      expect(keysIn(snsEnvelope(notification(each)))).to.deep.equal([each]);
    });
    fc.assert(holds, { seed });
  });

  const ignored: readonly (readonly [string, string])[] = [
    ["S3's test event", fixture("s3-test-event")],
    ["S3's test event by SNS", fixture("sns-s3-test-event")],
    ["somebody's own JSON", JSON.stringify({ hello: "world" })],
    ["a list", "[]"],
    ["null", "null"],
    ["somebody's own text by SNS", snsEnvelope("hello")],
    ["a record of another service", JSON.stringify({ Records: [{ eventSource: "aws:ses" }] })],
    ["a removal", notification("a", "ObjectRemoved:Delete")],
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
    ["a key that is not encoded", notification("100%").replace("100%25", "100%")],
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
