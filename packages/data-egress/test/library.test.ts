import { StsIdentity } from "@slipway/aws-runtime/identity";
import { expect } from "chai";
import { connectEgress } from "../src/library";

const connection = {
  name: "demo",
  rowsTable: "rows",
  ledgerTable: "ledger",
  queueUrl: "https://sqs.example/000000000000/flags",
  deadLetterQueueUrl: "https://sqs.example/000000000000/flags-dead-letters",
  region: "eu-west-2",
  assumeRoles: [{ roleArn: "arn:aws:iam::000000000000:role/deployer" }],
};

describe("connectEgress", () => {
  it("asks STS who uses it, whatever role is assumed", () => {
    expect(connectEgress(connection).identity).to.be.instanceOf(StsIdentity);
  });

  it("takes another name where one is given", async () => {
    const { identity } = connectEgress(connection, { requestedBy: "nightly" });

    expect((await identity.whoami()).id).to.equal("nightly");
  });
});
