import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { slipway, slipwayJson } from "../cli/support/slipway-process";

describe("slipway push once", function () {
  this.timeout(60_000);
  const s3 = new S3Client({ forcePathStyle: true });
  const bucket = `once-${randomUUID()}`;
  const token = randomUUID();
  let fixture: GitFixture;
  let folder: string;
  let secretId: string;

  before(async () => {
    fixture = await GitFixture.start();
    folder = mkdtempSync(join(tmpdir(), "slipway-once-"));
    secretId = `once-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const SecretString = JSON.stringify({ type: "token", token });
    await new SecretsManagerClient().send(new CreateSecretCommand({ Name: secretId, SecretString }));
  });

  after(async () => {
    await fixture.stop();
    rmSync(folder, { recursive: true });
  });

  it("uploads a private repository's content with the secret that CJ_PUSHCODE_GIT_CREDENTIALS_ID names", async () => {
    fixture.create("private");
    const sha = fixture.commit("private", {
      "README.md": "# Private",
      "bin/run": { mode: "100755", content: "#!/bin/sh\n" },
      "sub/file.txt": "text",
    });
    fixture.server.intercept = ({ headers }, response) => {
      if (headers.authorization !== undefined) return false;
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return true;
    };
    const url = `${fixture.server.url}/private.git`;
    const env = { CJ_PUSHCODE_GIT_CREDENTIALS_ID: secretId };

    const stranger = await slipway(["push", "once", url, bucket, "private.zip"], { cwd: folder });
    const pushed = await slipwayJson(["push", "once", url, bucket, "private.zip"], { cwd: folder, env });

    expect(stranger.exitCode).to.equal(1);
    expect(pushed).to.deep.include({ schema: "slipway.push-once.v1", sha, ref: "refs/heads/main", files: 3 });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "private.zip" }));
    writeFileSync(join(folder, "private.zip"), (await Body?.transformToByteArray()) ?? "");
    execFileSync("unzip", ["-q", "private.zip", "-d", "out"], { cwd: folder });
    expect(statSync(join(folder, "out/bin/run")).mode & 0o111).to.not.equal(0);
    expect(statSync(join(folder, "out/sub/file.txt")).size).to.equal(4);
  });

  it("refuses what is no address, and writes nothing in a dry run", async () => {
    const once = (...words: string[]) => slipway(["push", "once", ...words], { cwd: folder });

    const odd = await once("ext::sh -c touch% canary", bucket, "k");
    const dry = await once(`${fixture.server.url}/private.git`, bucket, "dry.zip", "--dry-run");

    expect(odd.exitCode).to.equal(2);
    expect(odd.stderr).to.include("[repository]");
    expect(dry.stdout).to.include("would put HEAD of");
    const missing = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "dry.zip" })).catch(({ name }) => name);
    expect(missing).to.equal("NoSuchKey");
  });

  it("names a bucket that is not there", async () => {
    fixture.create("public");
    fixture.commit("public", { "README.md": "# Public" });
    fixture.server.intercept = undefined;

    const lost = await slipway(["push", "once", `${fixture.server.url}/public.git`, "nowhere", "k"], { cwd: folder });

    expect(lost.exitCode).to.equal(2);
    expect(lost.stderr).to.include("there is no bucket nowhere; to mend it: make it first");
  });
});
