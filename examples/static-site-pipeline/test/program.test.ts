import { policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { sites, type SitesDomain } from "../src/program";

const outputs = {
  "aws:apigatewayv2/api:Api": () => ({
    apiEndpoint: "https://api.example",
    executionArn: "arn:aws:execute-api:x:1:api",
  }),
  "aws:s3/bucket:Bucket": (name: string) => ({ bucket: name, bucketRegionalDomainName: `${name}.example` }),
  "aws:acm/certificate:Certificate": () => ({
    domainValidationOptions: [{ resourceRecordName: "_x.example.org.", resourceRecordType: "CNAME" }],
  }),
};
const record = (domain?: SitesDomain) => recordProgram(() => sites(domain), { outputs });

describe("the static site pipeline example", () => {
  it("serves a declared site under its domain, and says where the host sends its webhooks", async () => {
    const { result, resource, resources } = await record({ hostedZoneId: "Z1", baseDomain: "sites.example.org" });

    expect(await valueOf(result.handbook)).to.equal("https://handbook.sites.example.org");
    expect(await valueOf(result.webhookUrls)).to.deep.equal({ github: "https://api.example/github" });
    expect(resource("handbook-certificate").inputs).to.deep.include({ region: "us-east-1" });
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("needs no domain, and puts no value into the secret", async () => {
    const { ofType } = await record();

    expect(ofType("aws:route53/record:Record")).to.deep.equal([]);
    expect(ofType("aws:acm/certificate:Certificate")).to.deep.equal([]);
    expect(ofType("aws:secretsmanager/secretVersion:SecretVersion")).to.deep.equal([]);
  });
});
