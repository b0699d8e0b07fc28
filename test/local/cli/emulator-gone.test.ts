import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { applyLocalEnvironment, LOCAL_ACCOUNTS, localDown, localStatus, localUp } from "@slipway/local";
import { createProject } from "@slipway/testing";
import { expect } from "chai";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inAccount } from "../inventory";
import { createTables } from "../release-tracker/tables";
import { expectFailure } from "./support/expect-failure";
import { slipway, slipwayJson } from "./support/slipway-process";

const FAILED = 1;
const NOT_FOUND = 5;
const deploy = ["release", "deploy", "latest", "-e", "staging", "--yes"];

/** A local environment of its own, since its emulator is killed. */
describe("an emulator that is gone in the middle of a deployment", function () {
  this.timeout(120_000);
  const lines: string[] = [];
  let directory: string;
  let env: NodeJS.ProcessEnv;

  const run = (args: readonly string[], onProgress?: (stderr: string) => void) =>
    slipway(args, { cwd: directory, env, ...(onProgress && { onProgress }) });

  before(async () => {
    directory = createProject(realpathSync(mkdtempSync(join(tmpdir(), "slipway-gone-"))));
    const local = await localUp({ directory });
    const client = new DynamoDBClient({ ...inAccount(LOCAL_ACCOUNTS.tools), endpoint: local.endpoint });
    const { releases, deployments } = await createTables(client);
    const tables = { SLIPWAY_RELEASES_TABLE: releases, SLIPWAY_DEPLOYMENTS_TABLE: deployments };
    env = { ...applyLocalEnvironment(local), ...tables };
    const image = `registry.example/shop/api:v1@sha256:${"a".repeat(64)}`;
    await slipwayJson(["images", "publish", "api", image], { cwd: directory, env });
    await slipwayJson(["release", "prepare"], { cwd: directory, env });
  });
  after(async () => {
    await localDown({ directory });
    rmSync(directory, { recursive: true });
  });

  it("fails with one clear line, also when it is asked to recover", async () => {
    const { pid } = (await localStatus({ directory })).emulator;
    if (pid === undefined) throw new Error("the emulator does not run");
    let killed = false;
    const outcome = await run(deploy, (stderr) => {
      if (killed || !stderr.includes("started: create aws:ec2/subnet")) return;
      killed = true;
      process.kill(pid, "SIGKILL");
    });
    expect(killed, outcome.stderr).to.equal(true);
    const says = [/no answer to .*: .*(ECONNREFUSED|ECONNRESET|socket hang up)/, /slipway local up/];
    expectFailure(outcome, { exitCode: FAILED, says });
    expectFailure(await run(["release", "recover", "-e", "staging", "--yes"]), { exitCode: FAILED, says });
  });

  it("says what was lost when it is back, and what to bring up first", async () => {
    await localUp({ directory, progress: (line) => lines.push(line) });
    expect(lines.join("\n")).to.include("the Pulumi state that described the emulator's data is dropped with it");
    for (const args of [deploy, ["release", "recover", "-e", "staging", "--yes"]]) {
      const says = [/does not exist in this account and region/, /bring up the stack that holds the ReleaseTracker/];
      expectFailure(await run(args), { exitCode: NOT_FOUND, says });
    }
    env = { ...env, SLIPWAY_RELEASES_TABLE: undefined };
    const says = [/stack tools has no output releasesTable/, /slipway up --stack tools/];
    expectFailure(await run(deploy), { exitCode: NOT_FOUND, says });
  });
});
