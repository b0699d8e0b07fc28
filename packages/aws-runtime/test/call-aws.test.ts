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

  it("says what to do where the address is this machine's, though the broken connection does not name it", async () => {
    const hint = async (error: Error, endpoint?: string): Promise<unknown> => {
      const { AWS_ENDPOINT_URL: before } = process.env;
      delete process.env["AWS_ENDPOINT_URL"];
      if (endpoint !== undefined) process.env["AWS_ENDPOINT_URL"] = endpoint;
      const thrown: unknown = await callAws("x", () => Promise.reject(error)).catch((caught: unknown) => caught);
      delete process.env["AWS_ENDPOINT_URL"];
      if (before !== undefined) process.env["AWS_ENDPOINT_URL"] = before;
      return thrown instanceof SlipwayError ? thrown.hint : undefined;
    };
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:4566"), { code: "ECONNREFUSED" });
    const reset = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

    expect(await hint(refused)).to.include("slipway local up");
    expect(await hint(reset, "http://127.0.0.1:4566")).to.include("slipway local up");
    expect(await hint(reset)).to.not.include("slipway local up");
    expect(await hint(awsError("SlowDown"), "http://127.0.0.1:4566")).to.not.include("slipway local up");
  });

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
