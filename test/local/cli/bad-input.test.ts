import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { destroy } from "@slipway/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localEnvironment } from "../environment";
import { inAccount } from "../inventory";
import { cases, FAILED, image, NOT_FOUND, prepare, publish, USAGE, type Case } from "./support/bad-input-cases";
import { expectFailure } from "./support/expect-failure";
import { createGround, type Ground } from "./support/ground";
import { slipway } from "./support/slipway-process";

describe("bad input", function () {
  this.timeout(60_000);
  let ground: Ground;

  before(async () => {
    ground = await createGround();
    const digest = `sha256:${"a".repeat(64)}`;
    expect((await run({ args: publish("api", `${image}@${digest}`) })).exitCode).to.equal(0);
    expect((await run({ args: prepare })).exitCode).to.equal(0);
  });
  after(async () => {
    await destroy({ stack: "staging", workDir: ground.directory });
    await ground.remove();
  });

  const run = ({ args, env, manifest }: Pick<Case, "args" | "env" | "manifest">) => {
    const cwd = manifest === undefined ? ground.directory : folderWith(manifest);
    return slipway(args, { cwd, env: { ...ground.env, ...env } });
  };

  function folderWith(manifest: string | null): string {
    const folder = mkdtempSync(join(ground.root, "manifest-"));
    if (manifest !== null) writeFileSync(join(folder, ".slipway_project"), manifest);
    return folder;
  }

  for (const each of cases) {
    it(`${each.title} gets one clear line and writes nothing: slipway ${each.args.join(" ")}`, async () => {
      const before = await ground.stored();
      expectFailure(await run(each), each);
      expect(await ground.stored()).to.deep.equal(before);
    });
  }

  it("the wrong secret of a role session gets one clear line and writes nothing", async () => {
    const RoleArn = `arn:aws:iam::${LOCAL_ACCOUNTS.staging}:role/slipway-deployer`;
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" });
    const { Credentials } = await new STSClient(inAccount(LOCAL_ACCOUNTS.tools)).send(assume);
    const env = {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: "wrong",
      AWS_SESSION_TOKEN: Credentials?.SessionToken,
    };
    const before = await ground.stored();
    const says = [/access denied to .*: The request signature we calculated does not match/, /check the credentials/];
    expectFailure(await run({ args: publish("api", image), env }), { exitCode: FAILED, says });
    expect(await ground.stored()).to.deep.equal(before);
  });

  it("another image under a tag that is taken gets one clear line and writes nothing", async () => {
    const push = (version: string) =>
      slipway(["local", "image", `${ground.repository}:v1`, "--env", `VERSION=${version}`, "--", "node", "api.mjs"], {
        cwd: localEnvironment().directory,
      });
    expect((await push("1")).exitCode).to.equal(0);
    const before = await ground.stored();
    expectFailure(await push("2"), { exitCode: USAGE, says: [/has another image under v1/, /use a new tag/] });
    expect(await ground.stored()).to.deep.equal(before);
  });

  it("is told as one JSON document with --json", async () => {
    const { exitCode, stdout, stderr } = await run({ args: [...prepare, "--from-label", "nope", "--json"] });
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: NOT_FOUND, stdout: "" });
    expect(JSON.parse(stderr)).to.deep.equal({
      schema: "slipway.error.v1",
      error: {
        code: "label-not-found",
        message: `project ${ground.projectId} has no image under the label nope`,
        hint: "publish images to it first",
        exit_code: NOT_FOUND,
      },
    });
  });
});
