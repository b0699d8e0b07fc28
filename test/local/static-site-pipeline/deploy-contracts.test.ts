import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from "@aws-sdk/client-cloudfront";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { archiveKey, DEFAULT_KEY_TEMPLATE, parseRepositoryId, pointerKey } from "@slipway/code-push/archives";
import { rejectionOf, startProxy } from "@slipway/testing";
import { expect } from "chai";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { CloudFrontDistribution } from "../../../packages/static-site-pipeline/src/adapters/cloudfront-distribution";
import { memorySource } from "../../../packages/static-site-pipeline/src/adapters/memory-site";
import { S3SiteStore } from "../../../packages/static-site-pipeline/src/adapters/s3-site-store";
import { S3SourceArchives } from "../../../packages/static-site-pipeline/src/adapters/s3-source-archives";
import { S3ZipReader } from "../../../packages/static-site-pipeline/src/adapters/s3-site-zip";
import type { SiteSource } from "../../../packages/static-site-pipeline/src/core/deploy-ports";
import { DEPLOY_DEFAULTS } from "../../../packages/static-site-pipeline/src/operations/deploy-dependencies";
import { createDeploySite } from "../../../packages/static-site-pipeline/src/operations/deploy-site";
import { createPruneSite } from "../../../packages/static-site-pipeline/src/operations/prune-site";
import { createRollbackSite } from "../../../packages/static-site-pipeline/src/operations/rollback-site";
import { siteStoreContract } from "../../../packages/static-site-pipeline/test/contracts/site-store";
import { sourceArchivesContract } from "../../../packages/static-site-pipeline/test/contracts/source-archives";
import { RELEASES } from "../../../packages/static-site-pipeline/test/support/deploy-world";
import { writeZip } from "../../../packages/static-site-pipeline/test/support/zip-writer";
import { createSiteBucket, fetchObject, siteS3, siteSettings } from "./site-buckets";

siteStoreContract("S3", async () => {
  const client = siteS3();
  const bucket = await createSiteBucket(client);
  return { store: new S3SiteStore(client, bucket), fetch: (key) => fetchObject(client, bucket, key) };
});

/** Code push's bucket, with the keys of some template. */
const archivesIn = (template: string) => async () => {
  const client = siteS3();
  const { name, owner } = await createSiteBucket(client);
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: name, Key, Body }));
  const push = async (repository: string, branch: string, sha: string): Promise<void> => {
    const parts = { ...parseRepositoryId(repository), kind: "branch", name: branch } as const;
    const key = archiveKey(template, parts, sha);
    await put(key, "archive");
    const [ref, commit_time] = [`refs/heads/${branch}`, "2026-11-21T10:00:00Z"];
    const pointer = { repository, ref, sha, key, commit_time, sequence: 1, considered: sha, announced: true };
    await put(pointerKey(template, parts), JSON.stringify(pointer));
  };
  return { archives: new S3SourceArchives(client, ["not-there", name], owner), push, bucket: name };
};

sourceArchivesContract("in S3", archivesIn(DEFAULT_KEY_TEMPLATE));

describe("archives under keys of another template", () => {
  it("are found beside one that code push told of", async () => {
    const template = "own/{branch|tag}/{host}/{owner}/{repo}/{sha}/source";
    const { archives, push, bucket } = await archivesIn(template)();
    const branch = { repository: "github.com/octo/shop", branch: "main" };
    const parts = { ...parseRepositoryId(branch.repository), kind: "branch", name: "main" } as const;
    const [first, second] = ["1".repeat(40), "2".repeat(40)];
    for (const commit of [first, second]) await push(branch.repository, branch.branch, commit);
    const known = { commit: first, archive: { kind: "zip", bucket, key: archiveKey(template, parts, first) } } as const;

    expect(await archives.find(branch)).to.equal(undefined);
    expect(await archives.find(branch, undefined, known)).to.have.property("commit", second);
    expect(await archives.find(branch, second, known)).to.have.nested.property("archive.bucket", bucket);
  });
});

async function createDistribution(client: CloudFrontClient): Promise<string> {
  const origin = { Id: "o", DomainName: "b.s3.eu-west-2.amazonaws.com", S3OriginConfig: { OriginAccessIdentity: "" } };
  const made = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: `${Math.random()}`,
        Comment: "",
        Enabled: true,
        Origins: { Quantity: 1, Items: [origin] },
        DefaultCacheBehavior: { TargetOriginId: "o", ViewerProtocolPolicy: "redirect-to-https" },
      },
    }),
  );
  return made.Distribution?.Id ?? "";
}

describe("deploys on S3 and CloudFront", () => {
  it("P8 the same reference again makes no second invalidation", async () => {
    const client = new CloudFrontClient(siteSettings());
    const id = await createDistribution(client);
    const distribution = new CloudFrontDistribution(client, id);

    expect(await distribution.invalidate("r", ["/a", "/b"])).to.equal("accepted");
    expect(await distribution.invalidate("r", ["/a", "/b"])).to.equal("accepted");

    const listed = await client.send(new ListInvalidationsCommand({ DistributionId: id }));
    expect(listed.InvalidationList?.Items).to.have.length(1);
  });

  it("P8 too many in progress is told apart", async () => {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>TooManyInvalidationsInProgress</Code><Message>x</Message></Error></ErrorResponse>`;
    const fault = { kind: "fail", status: 400, body, contentType: "text/xml" } as const;
    const proxy = await startProxy({ target: process.env["AWS_ENDPOINT_URL"] ?? "", faults: () => fault });
    try {
      const distribution = new CloudFrontDistribution(new CloudFrontClient(siteSettings(proxy.url)), "E1");
      expect(await distribution.invalidate("r", ["/a"])).to.equal("busy");
    } finally {
      await proxy.close();
    }
  });

  it("P5 a zip in S3 is read by its version, checked as a whole, and leaves nothing on the disk", async () => {
    const client = siteS3();
    const bucket = await createSiteBucket(client);
    const put = async (Body: Buffer) =>
      (await client.send(new PutObjectCommand({ Bucket: bucket.name, Key: "site.zip", Body }))).VersionId;
    const good = await put(writeZip([{ name: "index.html", content: "<html>" }]));
    await put(writeZip([{ name: "../index.html", content: "<html>" }]));
    const zips = new S3ZipReader(client);
    const at = { bucket: bucket.name, owner: bucket.owner, key: "site.zip" };
    const pathsOf = (source: SiteSource) => source.files().then((files) => files.map(({ path }) => path));
    const temporary = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-zip-") && !/test/.test(name));
    const before = temporary();

    expect(await zips.withZip({ ...at, versionId: good }, pathsOf)).to.deep.equal(["index.html"]);
    expect(await rejectionOf(zips.withZip(at, pathsOf))).to.include({ code: "unsafe-zip", problem: "unsafe-path" });
    expect(await rejectionOf(zips.withZip({ ...at, key: "no" }, pathsOf))).to.have.property("code", "unfit-build");
    expect(temporary()).to.deep.equal(before);
  });

  it("P2 P4 deploys, rolls back and prunes, with every call naming the owner", async () => {
    const direct = siteS3();
    const bucket = await createSiteBucket(direct);
    // Every seventh answer is lost: the SDK sends the request again, also those on a condition that held.
    const faults = ({ sequence, method }: { readonly sequence: number; readonly method: string }) =>
      sequence % 7 === 3 && method !== "GET" ? ({ kind: "lose-answer" } as const) : undefined;
    const proxy = await startProxy({ target: process.env["AWS_ENDPOINT_URL"] ?? "", faults });
    try {
      const store = new S3SiteStore(siteS3(proxy.url), bucket);
      const parts = { clock: systemClock, stopwatch: processStopwatch, sleeper: realSleeper, ids: randomIds };
      const deps = { ...DEPLOY_DEFAULTS, ...parts, store };
      const target = { kind: "live" } as const;
      const deploy = createDeploySite(deps);
      const expectLive = async (contents: Readonly<Record<string, string>>): Promise<void> => {
        for (const [path, text] of Object.entries(contents)) {
          expect((await fetchObject(direct, bucket, `live/${path}`))?.body, path).to.equal(text);
        }
      };
      for (const [index, contents] of RELEASES.entries()) {
        const request = { target, source: memorySource(contents), release: `r${index}`, requestedBy: "ann" };
        expect(await deploy({ ...request, sequence: index })).to.have.property("kind", "deployed");
        await expectLive(contents);
      }
      await createRollbackSite(deps)({ target, requestedBy: "ann" });
      await expectLive(RELEASES[1] ?? {});
      const pruned = await createPruneSite(deps)({ target, keep: 2, grace: 0, requestedBy: "ann" });
      expect(pruned.releases).to.deep.equal(["r0"]);
      await createRollbackSite(deps)({ target, requestedBy: "ann" });
      await expectLive(RELEASES[2] ?? {});
      // The emulator does not look at it: what is checked is that it is told.
      const owners = proxy.seen.map(({ headers }) => headers["x-amz-expected-bucket-owner"]);
      expect([...new Set(owners)]).to.deep.equal([bucket.owner]);
      expect(proxy.seen.some(({ headers }) => headers["x-amz-copy-source"] !== undefined)).to.equal(true);
    } finally {
      await proxy.close();
    }
  }).timeout(60_000);
});
