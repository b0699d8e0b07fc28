import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { openCodePush } from "@slipway/code-push/library";
import { policyDocument } from "@slipway/core";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { startProxy, type Fault } from "@slipway/testing";
import { expect } from "chai";
import { AwsJson, settingsFromEnvironment } from "../../../packages/code-push/src/adapters/aws-json";
import { S3ArchiveStore } from "../../../packages/code-push/src/adapters/s3-archive-store";
import { createS3 } from "../../../packages/code-push/src/adapters/s3-client";
import { SqsPushQueue } from "../../../packages/code-push/src/adapters/sqs-push-queue";
import { SsmRepositories } from "../../../packages/code-push/src/adapters/ssm-repositories";
import type { Bucket } from "../../../packages/code-push/src/core/ports";
import { archiveOf, archiveStoreContract } from "../../../packages/code-push/test/contracts/archive-store";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { pushOf } from "../../../packages/code-push/test/support/world";
import { trustPrincipals } from "../../../packages/release-tracker/src/policies";
import { Party } from "../support/party";

const s3 = new S3Client({ forcePathStyle: true });
const aws = () => new AwsJson(settingsFromEnvironment(process.env));
const stopwatch = { elapsed: () => performance.now() };

async function createBucket(): Promise<Bucket> {
  const name = `archives-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const versioned = { Bucket: name, VersioningConfiguration: { Status: "Enabled" } } as const;
  await s3.send(new PutBucketVersioningCommand(versioned));
  return { name, owner: LOCAL_ACCOUNTS.tools };
}

async function createQueue(role: string): Promise<string> {
  const { QueueUrl = "" } = await new SQSClient().send(
    new CreateQueueCommand({ QueueName: `${role}-${randomUUID()}` }),
  );
  return QueueUrl;
}

archiveStoreContract("on S3", async () => new S3ArchiveStore(createS3({}), await createBucket()));

describe("archives on S3 behind a bad network", () => {
  /** A store whose first upload of an archive meets a fault. */
  async function faulty(
    fault: Fault,
  ): Promise<{ store: S3ArchiveStore; close: () => Promise<void>; puts: () => number }> {
    const bucket = await createBucket();
    let puts = 0;
    const proxy = await startProxy({
      target: process.env["AWS_ENDPOINT_URL"] ?? "",
      faults: ({ method }) => (method === "PUT" && (puts += 1) === 1 ? fault : undefined),
    });
    const client = createS3({ endpoint: proxy.url });
    return { store: new S3ArchiveStore(client, bucket), close: () => proxy.close(), puts: () => puts };
  }

  it("sends an archive again that met a server's failure", async () => {
    const { store, close, puts } = await faulty({ kind: "fail", status: 503, body: "" });

    expect((await store.putArchive("k.zip", archiveOf("one"), {})).kind).to.equal("stored");
    expect([puts(), (await store.find("k.zip"))?.size]).to.deep.equal([2, 3]);
    await close();
  });

  it("finds its own archive in the way when the answer was lost", async () => {
    const { store, close } = await faulty({ kind: "lose-answer" });

    expect((await store.putArchive("k.zip", archiveOf("one"), { commit: "abc" })).kind).to.equal("exists");
    expect((await store.find("k.zip"))?.metadata["commit"]).to.equal("abc");
    await close();
  });

  it("names the owner of the bucket in every request, so that nobody else's is ever written", async () => {
    const bucket = await createBucket();
    const proxy = await startProxy({ target: process.env["AWS_ENDPOINT_URL"] ?? "" });
    const store = new S3ArchiveStore(createS3({ endpoint: proxy.url }), bucket);

    await store.putArchive("k.zip", archiveOf("one"), {});
    await store.replaceArchive("k.zip", archiveOf("two"), {});
    await store.find("k.zip");
    await store.writeText("k.json", "{}", { kind: "absent" });
    await store.readText("k.json");
    for await (const page of store.list("k")) expect(page).to.have.length(2);

    expect(proxy.seen).to.have.length(6);
    const owners = proxy.seen.map(({ headers }) => headers["x-amz-expected-bucket-owner"]);
    expect(new Set(owners)).to.deep.equal(new Set([bucket.owner]));
    await proxy.close();
  });
});

describe("the settings, the queue and its dead letters on AWS", () => {
  it("are reached as the role that is assumed, and as nobody else", async () => {
    const path = `/slipway/test/${randomUUID()}`;
    const id = "git.example.org/octo/shop";
    const Value = JSON.stringify({ id, provider: "github", url: `https://${id}.git` });
    await new SSMClient().send(new PutParameterCommand({ Name: `${path}/shop`, Value, Type: "String" }));
    const bucket = await createBucket();
    const [queueUrl, deadLetterQueueUrl] = [await createQueue("pushes"), await createQueue("dead")];
    const reader = await Party.create(LOCAL_ACCOUNTS.tools, "push-reader", trustPrincipals([LOCAL_ACCOUNTS.tools]));
    await reader.allow(
      policyDocument(
        { Sid: "Settings", Effect: "Allow", Action: ["ssm:GetParametersByPath"], Resource: ["*"] },
        { Sid: "Archives", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [`arn:aws:s3:::${bucket.name}`] },
      ),
    );
    const roles = [{ roleArn: reader.roleArn }];
    const client = openCodePush({ name: "test", repositoriesPath: path, bucket, queueUrl, deadLetterQueueUrl, roles });

    expect(await client.listPushes()).to.deep.equal([]);
    const refused = await client.redrive({ dryRun: true }).catch((error: Error) => error.message);
    expect(refused).to.match(/push-reader.* is not authorized to perform: sqs:ReceiveMessage/i);
  });

  it("reads more repositories than a page holds", async () => {
    const path = `/slipway/test/${randomUUID()}`;
    const ssm = new SSMClient();
    for (let index = 0; index < 13; index += 1) {
      const id = `git.example.org/octo/r${index}`;
      const Value = JSON.stringify({ id, provider: "github", url: `https://${id}.git` });
      await ssm.send(new PutParameterCommand({ Name: `${path}/r${index}`, Value, Type: "String" }));
    }

    expect((await new SsmRepositories(aws(), path, stopwatch).repositories()).all).to.have.length(13);
  });

  it("brings dead letters back, compares with the remote and lists what was pushed", async () => {
    const fixture = await GitFixture.start();
    fixture.create("shop");
    const sha = fixture.commit("shop", { a: "1" });
    const path = `/slipway/test/${randomUUID()}`;
    const { id, url } = fixture.repository("shop");
    const Value = JSON.stringify({ id, provider: "github", url: url.href, privateNetwork: true });
    await new SSMClient().send(new PutParameterCommand({ Name: `${path}/shop`, Value, Type: "String" }));
    const [queueUrl, deadLetterQueueUrl] = [await createQueue("pushes"), await createQueue("dead")];
    await new SqsPushQueue(aws(), deadLetterQueueUrl).send([pushOf("refs/heads/main", sha, { repository: id })]);
    const client = openCodePush({
      name: "test",
      repositoriesPath: path,
      bucket: await createBucket(),
      queueUrl,
      deadLetterQueueUrl,
    });

    const told = await client.redrive({ dryRun: true });
    const sent = await client.redrive();
    const report = await client.reconcile({ dryRun: true });

    expect(told.letters[0]?.message).to.deep.include({ sha, repository: id });
    expect([told.redriven, sent.redriven]).to.deep.equal([0, 1]);
    expect(report).to.deep.include({
      refs: 1,
      missed: [{ repository: id, ref: "refs/heads/main", sha }],
      complete: true,
    });
    expect(await client.listPushes()).to.deep.equal([]);
    await fixture.stop();
  }).timeout(60_000);
});
