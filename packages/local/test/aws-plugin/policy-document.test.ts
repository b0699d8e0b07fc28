import { expect } from "chai";
import { samePolicy } from "../../src/aws-plugin/policy-document";

const document = (statement: object, more: object = {}): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }], ...more });

describe("policy equality", () => {
  const base = { Action: "s3:GetObject", Resource: "*" };
  const same: [string, string, string][] = [
    ["a list of one and its element", document(base), document({ ...base, Action: ["s3:GetObject"] })],
    [
      "the order of a list",
      document({ ...base, Action: ["s3:GetObject", "s3:ListBucket"] }),
      document({ ...base, Action: ["s3:ListBucket", "s3:GetObject"] }),
    ],
    [
      "the order of keys",
      document(base),
      '{"Statement":{"Resource":"*","Action":"s3:GetObject","Effect":"Allow"},"Version":"2012-10-17"}',
    ],
    [
      "an account and its root",
      document({ ...base, Principal: { AWS: "111111111111" } }),
      document({ ...base, Principal: { AWS: "arn:aws:iam::111111111111:root" } }),
    ],
    ["anyone, written twice", document({ ...base, Principal: "*" }), document({ ...base, Principal: { AWS: "*" } })],
    ["an empty Sid", document(base), document({ ...base, Sid: "" })],
    [
      "a number and its text in a condition",
      document({ ...base, Condition: { NumericLessThan: { "s3:max-keys": 10 } } }),
      document({ ...base, Condition: { NumericLessThan: { "s3:max-keys": "10" } } }),
    ],
  ];
  const different: [string, string, string][] = [
    ["an effect", document(base), document({ ...base, Effect: "Deny" })],
    ["an action more", document(base), document({ ...base, Action: ["s3:GetObject", "s3:PutObject"] })],
    [
      "another account",
      document({ ...base, Principal: { AWS: "111111111111" } }),
      document({ ...base, Principal: { AWS: "222222222222" } }),
    ],
    ["a condition", document(base), document({ ...base, Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    [
      "a service and an account",
      document({ ...base, Principal: { Service: "a" } }),
      document({ ...base, Principal: { AWS: "a" } }),
    ],
    ["a version", document(base), document(base, { Version: "2008-10-17" })],
  ];

  for (const [what, a, b] of same) it(`overlooks ${what}`, () => expect(samePolicy(a, b)).to.equal(true));
  for (const [what, a, b] of different) it(`sees ${what}`, () => expect(samePolicy(a, b)).to.equal(false));

  it("compares text that is no document as it is", () => {
    expect(samePolicy("no json", "no json")).to.equal(true);
    expect(samePolicy("no json", document(base))).to.equal(false);
    expect(samePolicy("", undefined)).to.equal(true);
  });
});
