import { expect } from "chai";
import { commitOfTag, ecrLocation, parseImage, requireIdentifier, withDigest } from "../../src/core/image-reference";
import { digest } from "../fixtures";

const repository = "111111111111.dkr.ecr.eu-west-2.amazonaws.com/storage/archivist";

describe("parseImage", () => {
  const cases: readonly (readonly [string, object | undefined])[] = [
    [`${repository}:1.2.3`, { repository, tag: "1.2.3", digest: undefined }],
    [`${repository}@${digest(1)}`, { repository, tag: undefined, digest: digest(1) }],
    [`${repository}:a@${digest(1)}`, { repository, tag: "a", digest: digest(1) }],
    ["localhost:5000/x:1", { repository: "localhost:5000/x", tag: "1", digest: undefined }],
    ["nginx:1", { repository: "nginx", tag: "1", digest: undefined }],
    [
      "http://example.com/images/a/00001",
      { repository: "http://example.com/images/a/00001", tag: undefined, digest: undefined },
    ],
    ["", undefined],
    ["a b", undefined],
    ["x:1@sha256:short", undefined],
    ["x:1\ny", undefined],
  ];

  for (const [uri, expected] of cases) {
    it(`reads ${JSON.stringify(uri)}`, () => {
      expect(parseImage(uri)).to.deep.equal(expected);
    });
  }

  it("keeps the tag when a digest is added", () => {
    expect(withDigest({ repository, tag: "1" }, digest(1))).to.equal(`${repository}:1@${digest(1)}`);
  });

  it("finds the account and region of ECR images only", () => {
    expect(ecrLocation({ repository })).to.deep.equal({
      account: "111111111111",
      region: "eu-west-2",
      repository: "storage/archivist",
    });
    expect(ecrLocation({ repository: "example.com/x" })).to.equal(undefined);
  });

  it("knows a commit in a tag", () => {
    expect(["ref.0123abc", "0123abcdef", "sha-0123abc", "latest", undefined].map(commitOfTag)).to.deep.equal([
      "0123abc",
      "0123abcdef",
      "0123abc",
      undefined,
      undefined,
    ]);
  });

  it("refuses what would leave the SSM path", () => {
    for (const bad of ["", "a/b", "..%2f", "a b", "a*"])
      expect(() => requireIdentifier("label", bad)).to.throw("[label]");
  });
});
