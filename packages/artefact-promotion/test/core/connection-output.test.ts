import { expect } from "chai";
import type { PromotionOutput } from "../../src/artefact-promotion";
import { parseConnection } from "../../src/core/connection-output";
import type { PromotionConnection } from "../../src/library";

const output: PromotionOutput = {
  sourceEnvironment: "integration",
  targetEnvironment: "staging",
  source: { name: "demo-integration-artefact", owner: "111111111111" },
  target: { name: "demo-staging-artefact", owner: "222222222222" },
  filter: { prefix: "app/" },
  targetKeyArn: "arn:aws:kms:eu-west-2:222222222222:key/k",
  ledgerTable: "ledger",
  queueUrl: "https://sqs/queue",
  deadLetterQueueUrl: "https://sqs/dead-letters",
  eventBus: "default",
  graceMinutes: 5,
  region: "eu-west-2",
};

describe("parseConnection", () => {
  it("reads what the component says, all of it", () => {
    const connection: PromotionConnection = parseConnection(JSON.parse(JSON.stringify(output)));
    expect(connection).to.deep.equal(output);
  });

  it("leaves out what a later component may say beside it", () => {
    expect(parseConnection({ ...output, roles: [{ roleArn: "somebody's" }] })).to.deep.equal(output);
  });

  it("names what is missing or of another type, and what was read", () => {
    const { queueUrl: _left, ...rest } = output;
    expect(() => parseConnection(rest, "output artefacts")).to.throw("[output artefacts] queueUrl is not");
    expect(() => parseConnection({ ...output, source: { name: "x" } })).to.throw("[connection] source.owner is not");
    expect(() => parseConnection("text")).to.throw("[connection] is not");
  });
});
