import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { encodeEventKey, eventFixture, s3Notification, snsEnvelope } from "../src/events";
import { repositoryRoot } from "../src/project";

/** What a value is made of, without the values themselves. */
const shapeOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
    : typeof value;

const created = { bucket: "b", key: "a b+c%2F/é", size: 3, etag: "e", versionId: "v" };

describe("events", () => {
  it("are shaped like real ones, to the last field", () => {
    expect(shapeOf(JSON.parse(s3Notification(created)))).to.deep.equal(shapeOf(eventFixture("s3-object-created")));
    expect(shapeOf(JSON.parse(snsEnvelope("text")))).to.deep.equal(shapeOf(eventFixture("sns-s3-object-created")));
  });

  it("tell what they are given, and take the rest from the fixture", () => {
    const { Records } = JSON.parse(s3Notification(created, { ...created, sequencer: "00", at: "2026-01-01" }));

    expect(Records[0].s3.object).to.deep.include({ key: "a+b%2Bc%252F/%C3%A9", size: 3, eTag: "e", versionId: "v" });
    expect(Records[0].s3.bucket).to.deep.include({ name: "b", arn: "arn:aws:s3:::b" });
    expect(Records[1]).to.have.property("eventTime", "2026-01-01");
    expect(Records[1].s3.object.sequencer).to.equal("00");
    expect(JSON.parse(snsEnvelope("text"))).to.deep.include({ Type: "Notification", Message: "text" });
  });

  it("encode every key so that it can be had back", () => {
    for (const key of ["a b", "a+b", "%2B", "dir/", "..", "é 日本 🎉", "(x)!*'~", "\u0001"]) {
      const encoded = encodeEventKey(key);
      expect(encoded, key).to.match(/^[\w.*%+/-]*$/);
      expect(decodeURIComponent(encoded.replaceAll("+", " "))).to.equal(key);
    }
  });

  it("have fixtures that all can be read", () => {
    const files = readdirSync(join(repositoryRoot, "test", "fixtures", "events"));

    expect(files).to.not.deep.equal([]);
    for (const file of files) expect(eventFixture(file.replace(/\.json$/, "")), file).to.be.an("object");
  });
});
