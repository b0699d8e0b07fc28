import { expect } from "chai";
import { SlipwayError } from "@slipway/core";
import { callAws, statusOf, wasRetried } from "../src/call-aws";

const awsError = (name: string, fields: object = {}): Error =>
  Object.assign(new Error(`${name} it is`), { name }, fields);

async function codeOf(error: Error): Promise<string> {
  try {
    await callAws("s3:GetObject b/k", () => Promise.reject(error));
  } catch (thrown) {
    return thrown instanceof SlipwayError ? thrown.code : "untranslated";
  }
  return "nothing";
}

describe("callAws", () => {
  const cases: readonly (readonly [string, Error, string])[] = [
    ["a refusal by name", awsError("AccessDenied"), "access-denied"],
    ["a refusal that has only a status", awsError("Unknown", { $metadata: { httpStatusCode: 403 } }), "access-denied"],
    ["throttling", awsError("SlowDown"), "service-unreachable"],
    ["a dead connection", awsError("Error", { code: "ECONNRESET" }), "service-unreachable"],
    ["a server's failure", awsError("Unknown", { $metadata: { httpStatusCode: 500 } }), "service-unreachable"],
    ["what is neither", awsError("NoSuchKey", { $metadata: { httpStatusCode: 404 } }), "untranslated"],
  ];
  for (const [what, error, code] of cases) {
    it(`tells ${what} as ${code}`, async () => {
      expect(await codeOf(error)).to.equal(code);
    });
  }

  it("returns what the call returns", async () => {
    expect(await callAws("x", () => Promise.resolve(7))).to.equal(7);
  });
});

describe("an AWS error", () => {
  it("tells its status and whether it was retried", () => {
    const error = awsError("PreconditionFailed", { $metadata: { httpStatusCode: 412, attempts: 2 } });

    expect([statusOf(error), wasRetried(error)]).to.deep.equal([412, true]);
    expect([statusOf(new Error("x")), wasRetried(new Error("x"))]).to.deep.equal([undefined, false]);
  });
});
