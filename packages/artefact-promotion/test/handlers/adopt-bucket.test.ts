import { expect } from "chai";
import type { AdoptionRequest } from "../../src/contract";
import type { AdoptedBucket } from "../../src/core/adoption";
import { createAdoptBucket } from "../../src/handlers/adopt-bucket";

const request: AdoptionRequest = {
  bucket: "theirs",
  owner: "111111111111",
  notification: { id: "ours", topicArn: "arn:aws:sns:eu-west-2:111111111111:theirs", events: ["s3:ObjectCreated:*"] },
  statements: [{ Sid: "SlipwayReadStaging" }],
};

function adopt() {
  const calls: unknown[] = [];
  const bucket: AdoptedBucket = {
    setNotification: async (...args) => calls.push(["notification", ...args]),
    setStatements: async (...args) => calls.push(["statements", ...args]),
  };
  return { calls, handler: createAdoptBucket({ open: (...args) => (calls.push(["open", ...args]), bucket) }) };
}

describe("the function that adopts a bucket", () => {
  it("sets what is ours on a bucket of the named owner", async () => {
    const { calls, handler } = adopt();

    await handler({ ...request, tf: { action: "create" } });

    expect(calls).to.deep.equal([
      ["open", "theirs", "111111111111"],
      ["statements", ["SlipwayReadStaging"], request.statements],
      ["notification", "ours", request.notification],
    ]);
  });

  it("removes readers that are no longer named", async () => {
    const { calls, handler } = adopt();
    const previous = { ...request, statements: [{ Sid: "SlipwayReadPreview" }] };

    await handler({ ...request, tf: { action: "update", prev_input: previous } });

    expect(calls[1]).to.deep.equal(["statements", ["SlipwayReadStaging", "SlipwayReadPreview"], request.statements]);
  });

  it("takes away what is ours at the end", async () => {
    const { calls, handler } = adopt();

    await handler({ ...request, tf: { action: "delete", prev_input: request } });

    expect(calls.slice(1)).to.deep.equal([
      ["statements", ["SlipwayReadStaging", "SlipwayReadStaging"], []],
      ["notification", "ours", undefined],
    ]);
  });
});
