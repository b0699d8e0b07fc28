import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { CloudFrontClient, GetDistributionCommand, ListDistributionsCommand } from "@aws-sdk/client-cloudfront";
import { BatchGetProjectsCommand, CodeBuildClient } from "@aws-sdk/client-codebuild";
import { ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { strToU8, zipSync } from "fflate";
import { createSiteClient, connectSites, type SitesConnection } from "@slipway/static-site-pipeline/library";
import type { SiteSettings } from "@slipway/static-site-pipeline/contract";
import { functionsOf, SETTINGS } from "../../../packages/static-site-pipeline/test/support/sites-world";
import { createGround, QUEUES } from "./ground";
import { settingsOf, SITES_ACCOUNT } from "./sites-table";

const settings = () => settingsOf(SITES_ACCOUNT);
const s3 = () => new S3Client({ ...settings(), forcePathStyle: true });

/** The functions behind the queues of a ground, on the adapters of AWS. */
function openGround(connection: SitesConnection) {
  // Other adapters of the same packages: the tests' own accounts come from their credentials.
  const before = { id: process.env["AWS_ACCESS_KEY_ID"], secret: process.env["AWS_SECRET_ACCESS_KEY"] };
  process.env["AWS_ACCESS_KEY_ID"] = SITES_ACCOUNT;
  process.env["AWS_SECRET_ACCESS_KEY"] = "emulator";
  const deps = { ...connectSites(connection, { requestedBy: "ada" }), maxReceives: 5 };
  const restore = (): void => {
    process.env["AWS_ACCESS_KEY_ID"] = before.id;
    process.env["AWS_SECRET_ACCESS_KEY"] = before.secret;
  };
  return { deps, client: createSiteClient(deps), functions: functionsOf(deps), restore };
}

type Ground = ReturnType<typeof openGround>;

/** Delivers what waits in the queues, delayed messages at once, until nothing does. */
async function drain(connection: SitesConnection, { functions, deps }: Ground): Promise<void> {
  const sqs = new SQSClient(settings());
  for (let idle = 0; idle < 2;) {
    let delivered = 0;
    for (const name of QUEUES) {
      const QueueUrl = connection[`${name}QueueUrl`];
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
      for (const { Body = "", MessageId = "", ReceiptHandle } of (await sqs.send(receive)).Messages ?? []) {
        const record = { messageId: MessageId, body: Body, attributes: { ApproximateReceiveCount: "5" } };
        await functions[name]({ Records: [record] });
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        delivered += 1;
      }
    }
    idle = delivered === 0 ? idle + 1 : 0;
    // What was sent with a delay is work on a row that is not at rest: it is done now instead of waiting for it.
    if (delivered === 0) idle = (await workOnRows(deps, functions)) ? 0 : idle;
  }
}

/** Looks at the rows that wait for AWS. */
async function workOnRows(deps: Ground["deps"], functions: Ground["functions"]): Promise<boolean> {
  let worked = false;
  for await (const page of deps.pipelines.list()) {
    for (const { site_id, status } of page) {
      const names = { Provisioning: ["provision"], Deleting: ["startTeardown", "teardown"] } as const;
      for (const name of names[status as keyof typeof names] ?? []) {
        worked = true;
        const body = JSON.stringify({ type: "slipway.site.look", site_id, correlation_id: "c" });
        await functions[name]({ Records: [{ messageId: "look", body, attributes: {} }] });
      }
    }
  }
  return worked;
}

describe("a site on the local AWS", () => {
  let ground: Ground;
  afterEach(() => ground.restore());

  async function makeSite(zone: boolean, given: SiteSettings = SETTINGS) {
    const connection = await createGround(zone);
    ground = openGround(connection);
    const siteId = `shop-${randomUUID().slice(0, 6)}`;
    await ground.client.create(siteId, given);
    await ground.client.provision(siteId);
    await drain(connection, ground);
    const { site } = await ground.client.show(siteId);
    return { connection, siteId, site };
  }

  it("P6 is provisioned with certificate and record, and removed with everything", async () => {
    const { connection, siteId, site } = await makeSite(true);
    expect(site.reason).to.equal(undefined);
    expect(site.status).to.equal("Ready for Deployment");
    const { live_bucket: Bucket = "", distribution_id: Id = "", distribution_arn: arn, build_project } = site.resources;
    const { Distribution } = await new CloudFrontClient(settings()).send(new GetDistributionCommand({ Id }));
    const config = Distribution?.DistributionConfig;
    expect(config?.Aliases?.Items).to.deep.equal([`${siteId}.${connection.baseDomain}`]);
    expect(config?.ViewerCertificate?.MinimumProtocolVersion).to.equal("TLSv1.2_2021");
    expect(config?.DefaultCacheBehavior?.ViewerProtocolPolicy).to.equal("redirect-to-https");
    expect(config?.Origins?.Items?.map(({ OriginAccessControlId }) => OriginAccessControlId)).to.deep.equal([
      connection.originAccessControlId,
    ]);
    const blocked = (await s3().send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration ?? {};
    expect(Object.values(blocked)).to.deep.equal([true, true, true, true]);
    expect((await s3().send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal("Enabled");
    expect((await s3().send(new GetBucketPolicyCommand({ Bucket }))).Policy).to.include(arn);
    const projects = new CodeBuildClient(settings());
    const names = [build_project ?? ""];
    expect((await projects.send(new BatchGetProjectsCommand({ names }))).projects).to.have.length(1);
    expect(await aliases(connection, siteId)).to.deep.equal(["A", "AAAA"]);

    for (const body of ["one", "two"])
      await s3().send(new PutObjectCommand({ Bucket, Key: "live/index.html", Body: body }));
    await ground.client.teardown(siteId);
    await drain(connection, ground);

    expect(await ground.client.list()).to.deep.equal([]);
    expect(await aliases(connection, siteId)).to.deep.equal([]);
    expect(await distributions(siteId)).to.deep.equal([]);
    expect((await projects.send(new BatchGetProjectsCommand({ names }))).projects).to.deep.equal([]);
    expect(await isThere(Bucket)).to.equal(false);
    const { CertificateSummaryList = [] } = await new ACMClient({ ...settings(), region: "us-east-1" }).send(
      new ListCertificatesCommand({}),
    );
    expect(CertificateSummaryList.filter(({ DomainName }) => DomainName?.startsWith(siteId))).to.deep.equal([]);
  }).timeout(120_000);

  it("P6 has a distribution and hosts of their own for previews, which go with everything else", async () => {
    const { connection, siteId, site } = await makeSite(true, { ...SETTINGS, preview_branches: ["feature/*"] });
    expect([site.status, site.reason]).to.deep.equal(["Ready for Deployment", undefined]);
    const { resources } = site;
    const hosts = `*.preview.${siteId}.${connection.baseDomain}`;
    expect(resources.preview_record_name).to.equal(hosts.slice(2));
    const { Distribution } = await new CloudFrontClient(settings()).send(
      new GetDistributionCommand({ Id: resources.preview_distribution_id ?? "" }),
    );
    const config = Distribution?.DistributionConfig;
    expect(config?.Aliases?.Items).to.deep.equal([hosts]);
    expect(config?.Origins?.Items?.map(({ OriginPath }) => OriginPath)).to.deep.equal(["/previews"]);
    const Bucket = resources.live_bucket ?? "";
    const { Policy = "" } = await s3().send(new GetBucketPolicyCommand({ Bucket }));
    for (const arn of [resources.distribution_arn, resources.preview_distribution_arn]) expect(Policy).to.include(arn);
    expect(await aliases(connection, hosts)).to.deep.equal(["A", "AAAA"]);

    await ground.client.teardown(siteId);
    await drain(connection, ground);

    expect(await ground.client.list()).to.deep.equal([]);
    expect(await aliases(connection, hosts)).to.deep.equal([]);
    expect(await distributions(siteId)).to.deep.equal([]);
  }).timeout(120_000);

  it("without a zone it has neither certificate nor record, and a zip goes live", async () => {
    const { connection, siteId, site } = await makeSite(false, { name: "Shop", source: { kind: "zip" } });
    expect(site.status).to.equal("Ready for Deployment");
    expect(site.resources).to.have.property("distribution_domain");
    expect(site.resources).to.not.have.any.keys("certificate_arn", "record_name", "build_project");
    const folder = mkdtempSync(join(tmpdir(), "slipway-site-"));
    const Bucket = site.resources.live_bucket ?? "";
    const page = async () =>
      (await s3().send(new GetObjectCommand({ Bucket, Key: "live/index.html" }))).Body?.transformToString();
    for (const text of ["one", "two"]) {
      const zip = join(folder, `${text}.zip`);
      writeFileSync(zip, zipSync({ "index.html": strToU8(`<h1>${text}</h1>`), "404.html": strToU8("gone") }));
      expect(await ground.client.release(siteId, { zip, dryRun: true })).to.include({ done: false });
      await ground.client.release(siteId, { zip });
      await drain(connection, ground);
      const { site: after } = await ground.client.show(siteId);
      expect([after.status, after.reason]).to.deep.equal(["Deployed", undefined]);
      expect(await page()).to.equal(`<h1>${text}</h1>`);
    }
    await ground.client.rollback(siteId);
    await drain(connection, ground);
    expect(await page()).to.equal("<h1>one</h1>");
    rmSync(folder, { recursive: true });

    await ground.client.teardown(siteId);
    await drain(connection, ground);
    expect(await ground.client.list()).to.deep.equal([]);
    expect(await isThere(Bucket)).to.equal(false);
  }).timeout(120_000);
});

async function aliases({ hostedZoneId, baseDomain }: SitesConnection, site: string): Promise<readonly string[]> {
  const domain = site.startsWith("*") ? site : `${site}.${baseDomain}`;
  const command = new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId ?? "" });
  const { ResourceRecordSets = [] } = await new Route53Client(settings()).send(command);
  return ResourceRecordSets.filter(({ Name }) => Name?.replace(/\.$/, "").replace("\\052", "*") === domain)
    .map(({ Type = "" }) => Type)
    .sort();
}

async function distributions(siteId: string): Promise<readonly string[]> {
  const { DistributionList } = await new CloudFrontClient(settings()).send(new ListDistributionsCommand({}));
  return (DistributionList?.Items ?? []).filter(({ Comment }) => Comment?.includes(siteId)).map(({ Id = "" }) => Id);
}

async function isThere(Bucket: string): Promise<boolean> {
  try {
    await s3().send(new HeadBucketCommand({ Bucket }));
    return true;
  } catch {
    return false;
  }
}
