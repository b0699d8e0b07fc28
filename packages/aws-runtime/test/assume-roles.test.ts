import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { assumeRoles } from "../src/assume-roles";

const ambient: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AMBIENT",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "us-east-1",
};

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

const answer = (accessKeyId: string): string =>
  `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

describe("assumeRoles", () => {
  let asked: Record<string, string | null | undefined>[];
  let before: Record<string, string | undefined>;

  const server = createServer((request, response) => {
    void bodyOf(request).then((form) => {
      const [, as, region] = /Credential=(\w+)\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? "") ?? [];
      asked.push({
        as,
        region,
        role: form.get("RoleArn"),
        session: form.get("RoleSessionName"),
        externalId: form.get("ExternalId"),
      });
      response.end(answer(`OF${form.get("RoleArn")?.toUpperCase()}`));
    });
  });

  beforeEach(async () => {
    asked = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const wanted = { ...ambient, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` };
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

  it("assumes each role with the credentials of the one before", async () => {
    const credentials = assumeRoles(
      [{ roleArn: "hub" }, { roleArn: "spoke", sessionName: "ci", externalId: "x" }],
      "eu-west-2",
    );

    expect(await credentials?.()).to.include({ accessKeyId: "OFSPOKE" });
    expect(asked).to.deep.equal([
      { as: "AMBIENT", region: "eu-west-2", role: "hub", session: "slipway", externalId: null },
      { as: "OFHUB", region: "eu-west-2", role: "spoke", session: "ci", externalId: "x" },
    ]);
  });

  it("leaves the ambient credentials where there is no role", () => {
    expect(assumeRoles([])).to.equal(undefined);
  });
});
