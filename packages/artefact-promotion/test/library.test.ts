import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { InvalidInputError } from "@slipway/core";
import { expect } from "chai";
import { connectPromotion, openArtefacts, type PromotionConnection } from "../src/library";

const connection = {
  sourceEnvironment: "integration",
  targetEnvironment: "staging",
  source: { name: "demo-integration-artefact", owner: "111111111111" },
  target: { name: "demo-staging-artefact", owner: "222222222222" },
  ledgerTable: "ledger",
  queueUrl: "https://sqs/queue",
  deadLetterQueueUrl: "https://sqs/dead-letters",
  region: "eu-west-2",
};

const credentials = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::000000000000:user/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

describe("connectPromotion", () => {
  let asked: string[];
  let before: Record<string, string | undefined>;

  const server = createServer((request, response) => {
    const chunks: string[] = [];
    request.on("data", (chunk) => chunks.push(String(chunk)));
    request.on("end", () => {
      const [, as] = /Credential=(\w+)\//.exec(request.headers.authorization ?? "") ?? [];
      const target = request.headers["x-amz-target"];
      const action = /Action=(\w+)/.exec(chunks.join(""))?.[1] ?? String(target).split(".").at(-1);
      asked.push(`${as} ${action}`);
      response.end(action === "AssumeRole" ? credentials : action === "GetCallerIdentity" ? identity : "{}");
    });
  });

  beforeEach(async () => {
    asked = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const wanted = {
      AWS_ACCESS_KEY_ID: "AMBIENT",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    };
    before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
    Object.assign(process.env, wanted);
  });

  afterEach(async () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("acts as the role, and still says who is behind it", async () => {
    const { ledger, identity: who } = connectPromotion({ ...connection, roles: [{ roleArn: "deployer" }] });

    expect(await ledger.hold("a")).to.equal(undefined);
    expect(await who.whoami()).to.deep.equal({ id: "arn:aws:iam::000000000000:user/ada", name: "ada" });
    expect(asked).to.deep.equal(["AMBIENT AssumeRole", "ROLE GetItem", "AMBIENT GetCallerIdentity"]);
  });

  it("acts with the ambient credentials where there is no role", async () => {
    await connectPromotion(connection).ledger.hold("a");

    expect(asked).to.deep.equal(["AMBIENT GetItem"]);
  });
});

describe("openArtefacts", () => {
  const refused: readonly (readonly [unknown, string, string])[] = [
    [undefined, "connection", "is missing"],
    ["arn", "connection", "must be an object"],
    [{}, "sourceEnvironment", "is missing"],
    [{ ...connection, source: undefined }, "source", "is missing"],
    [{ ...connection, source: { name: "a" } }, "source.owner", "is missing"],
    [{ ...connection, ledgerTable: "" }, "ledgerTable", "must not be empty"],
    [{ ...connection, queueUrl: 3 }, "queueUrl", "must be a text"],
    [{ ...connection, graceMinutes: -1 }, "graceMinutes", "must not be negative"],
    [{ ...connection, roles: "arn" }, "roles", "must be a list of roles"],
    [{ ...connection, roles: ["arn"] }, "roles.0", "must be { roleArn }"],
    [{ ...connection, roles: [{ roleArn: undefined }] }, "roles.0.roleArn", "is missing"],
    [{ ...connection, requestedBy: { id: "ada" } }, "requestedBy.name", "is missing"],
    [
      { ...connection, target: connection.source },
      "sourceBucket",
      `${connection.source.name} would be promoted to itself`,
    ],
  ];

  for (const [given, field, problem] of refused) {
    it(`says that ${field} ${problem}`, () => {
      expect(() => openArtefacts(given as PromotionConnection))
        .to.throw(InvalidInputError)
        .that.includes({ field, problem });
    });
  }
});
