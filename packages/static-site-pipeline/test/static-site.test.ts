import { policiesOf, policyLint, recordProgram, valueOf } from "@slipway/testing";
import { expect } from "chai";
import { bucketNameOf } from "../src/core/site-names";
import { StaticSite, type StaticSiteArgs } from "../src/static-site";
import type { StaticSitePipelineOutput } from "../src/static-site-pipeline";

const connection: StaticSitePipelineOutput = {
  name: "sites",
  region: "eu-west-2",
  account: "123456789012",
  table: "sites-table",
  eventBus: "default",
  executorQueueUrl: "https://sqs/executor",
  deployQueueUrl: "https://sqs/deploy",
  provisionQueueUrl: "https://sqs/provision",
  startTeardownQueueUrl: "https://sqs/start-teardown",
  teardownQueueUrl: "https://sqs/teardown",
  artefactBucket: "artefacts",
  buildRoleArn: "arn:aws:iam::123456789012:role/build",
  buildLogGroup: "builds",
  headersPolicyId: "headers",
  originAccessControlId: "oac",
  viewerFunctionArn: "arn:aws:cloudfront::123456789012:function/pages",
  previewFunctionArn: "arn:aws:cloudfront::123456789012:function/previews",
  spaPreviewFunctionArn: "arn:aws:cloudfront::123456789012:function/spa-previews",
  bitbucketSecretPrefix: "slipway/sites/sites/bitbucket/",
  gitSecretPrefix: "slipway/sites/sites/git/",
  queues: {},
};
const source = { source: "github", repository: "github.com/acme/docs" };
const domain = { domain: "docs.example.org", hostedZoneId: "Z1" };
const outputs = {
  "aws:acm/certificate:Certificate": () => ({
    domainValidationOptions: [
      { resourceRecordName: "_x.docs.example.org.", resourceRecordType: "CNAME", resourceRecordValue: "y.acm.aws." },
    ],
  }),
  "aws:cloudfront/distribution:Distribution": () => ({
    domainName: "d1.cloudfront.net",
    hostedZoneId: "Z2FDTNDATAQYW2",
  }),
};
const make = (args: Partial<StaticSiteArgs> = {}) =>
  recordProgram(() => new StaticSite("docs", { connection, ...source, ...args }), { outputs });

describe("StaticSite", () => {
  it("keeps the site in a private bucket that its distribution alone may read", async () => {
    const { resource, resources } = await make();

    expect(resource("docs-bucket").inputs["bucket"]).to.equal(bucketNameOf(connection, "docs"));
    expect(resource("docs-versioning").inputs["versioningConfiguration"]).to.deep.equal({ status: "Enabled" });
    const [, serve] = policiesOf([resource("docs-bucket-policy")])[0]?.document.Statement ?? [];
    expect(serve?.Principal).to.deep.equal({ Service: ["cloudfront.amazonaws.com"] });
    expect(Object.keys(serve?.Condition?.["StringEquals"] ?? {})).to.deep.equal(["aws:SourceArn", "aws:SourceAccount"]);
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("serves by HTTPS only, with the pipeline's headers and function", async () => {
    const { inputs } = (await make()).resource("docs-distribution");

    expect(inputs["defaultCacheBehavior"]).to.deep.include({
      viewerProtocolPolicy: "redirect-to-https",
      responseHeadersPolicyId: "headers",
      functionAssociations: [{ eventType: "viewer-request", functionArn: connection.viewerFunctionArn }],
    });
    expect(inputs["viewerCertificate"]).to.deep.equal({ cloudfrontDefaultCertificate: true });
    const origins = inputs["origins"] as { originAccessControlId: string }[];
    expect(origins.map(({ originAccessControlId }) => originAccessControlId)).to.deep.equal(["oac"]);
  });

  it("has a certificate in us-east-1 and records for a domain, and a floor for TLS", async () => {
    const { resource, result } = await make(domain);

    expect(resource("docs-certificate").inputs).to.deep.include({
      domainName: "docs.example.org",
      region: "us-east-1",
    });
    expect(resource("docs-validation").inputs["region"]).to.equal("us-east-1");
    expect(resource("docs-distribution").inputs["viewerCertificate"]).to.deep.include({
      minimumProtocolVersion: "TLSv1.2_2021",
      sslSupportMethod: "sni-only",
    });
    const [a, aaaa] = [resource("docs-a").inputs, resource("docs-aaaa").inputs];
    expect([a["type"], aaaa["type"]]).to.deep.equal(["A", "AAAA"]);
    expect(await valueOf(result.url)).to.equal("https://docs.example.org");
  });

  it("has another distribution for previews, with hosts of their own, where it has previews", async () => {
    const { resource, resources } = await make({ ...domain, previewBranches: ["feature/*"], spaFallback: true });

    const { inputs } = resource("docs-previews");
    expect(inputs["aliases"]).to.deep.equal(["*.preview.docs.example.org"]);
    expect(inputs["origins"]).to.have.nested.property("[0].originPath", "/previews");
    expect(inputs["defaultCacheBehavior"]).to.deep.include({
      functionAssociations: [{ eventType: "viewer-request", functionArn: connection.spaPreviewFunctionArn }],
    });
    const lost = { errorCachingMinTtl: 10, responseCode: 404, responsePagePath: "/404.html" };
    expect(inputs["customErrorResponses"]).to.deep.equal([403, 404].map((errorCode) => ({ errorCode, ...lost })));
    expect(resource("docs-distribution").inputs["origins"]).to.have.nested.property("[0].originPath", "/live");
    expect(resource("docs-certificate").inputs["subjectAlternativeNames"]).to.deep.equal([
      "*.preview.docs.example.org",
    ]);
    expect(resource("docs-previews-a").inputs["name"]).to.equal("*.preview.docs.example.org");
    const served = (policiesOf([resource("docs-bucket-policy")])[0]?.document.Statement ?? []).flatMap(
      ({ Sid, Resource }) =>
        Sid?.startsWith("Serve") === true ? [Resource].flat().map((each) => each?.replace(/^.*(?=\/\w+\/)/, "")) : [],
    );
    expect(served).to.deep.equal(["/live/*", "/previews/*"]);
    const item = JSON.parse(String(resource("docs-row").inputs["item"])) as Record<string, unknown>;
    expect(item["resources"]).to.have.nested.property("M.preview_record_name.S", "preview.docs.example.org");
    expect(policyLint(resources)).to.deep.equal([]);
  });

  it("is built by a project, unless it has releases only", async () => {
    expect((await make()).resource("docs-project").inputs).to.deep.include({
      name: "sites-docs",
      serviceRole: connection.buildRoleArn,
    });
    const { ofType } = await recordProgram(() => new StaticSite("docs", { connection }), { outputs });
    expect(ofType("aws:codebuild/project:Project")).to.deep.equal([]);
  });

  it("has a row that is ready for its first deployment", async () => {
    const cacheRules = [{ glob: "img/**", cacheControl: "public, max-age=60" }];
    const { inputs } = (await make({ ...domain, keepReleases: 3, cacheRules })).resource("docs-row");

    const item = JSON.parse(String(inputs["item"])) as Record<string, unknown>;
    expect(inputs["tableName"]).to.equal("sites-table");
    expect(item).to.deep.include({
      partition: { S: "docs" },
      entry: { S: "pipeline" },
      status: { S: "Ready for Deployment" },
      source_key: { S: "github.com/acme/docs" },
    });
    expect(item["settings"]).to.have.nested.property("M.keep_releases.N", "3");
    expect(item["settings"]).to.have.nested.property("M.cache_rules.L[0].M.cache_control.S", "public, max-age=60");
    expect(item["resources"]).to.have.nested.property("M.distribution_domain.S", "d1.cloudfront.net");
  });

  it("tells changes of the program in a declaration, and never writes the row again", async () => {
    const partsOf = async (args: Partial<StaticSiteArgs>) => {
      const { resource } = await make(args);
      const item = (name: string) =>
        JSON.parse(String(resource(name).inputs["item"])) as Record<string, Record<string, unknown>>;
      return { row: item("docs-row"), declaration: item("docs-declaration") };
    };
    const [before, after] = [await partsOf({ keepReleases: 3 }), await partsOf({ keepReleases: 4 })];

    expect(before.declaration).to.deep.include({ partition: { S: "docs" }, entry: { S: "declaration" } });
    expect(before.declaration["settings"]).to.deep.equal(before.row["settings"]);
    expect(before.declaration["digest"]).to.deep.equal(before.row["declaration"]);
    expect(after.declaration["digest"]).to.not.deep.equal(before.declaration["digest"]);
  });

  const mistakes: readonly [what: string, args: Partial<StaticSiteArgs>, message: RegExp][] = [
    ["an id that no bucket may have", { siteId: "My_Docs" }, /^\[siteId\]/],
    ["an unknown source", { source: "svn" }, /^\[source\]/],
    ["a source without a repository", { source: "github", repository: "docs" }, /^\[repository\]/],
    ["a webhook of nobody", { source: "webhook" }, /^\[provider\]/],
    ["statuses for nobody's API", { source: "code-push", provider: "generic" }, /^\[provider\]/],
    ["a domain without its zone", { domain: "docs.example.org" }, /^\[hostedZoneId\]/],
    ["a build of no time", { buildTimeoutMinutes: 1 }, /^\[buildTimeoutMinutes\]/],
    ["a cache rule for no files", { cacheRules: [{ glob: "", cacheControl: "no-store" }] }, /^\[cacheRules\]/],
    [
      "a misspelt argument",
      { spaFalback: true } as object,
      /^\[spaFalback\] unknown field; did you mean spaFallback\?/,
    ],
    ["no release to keep", { keepReleases: 0 }, /^\[keepReleases\]/],
  ];
  for (const [what, args, message] of mistakes) {
    it(`refuses ${what}`, async () => {
      const failure = await make(args).then(
        () => "none",
        (error: Error) => error.message,
      );
      expect(failure).to.match(message);
    });
  }
});
