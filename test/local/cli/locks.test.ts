import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { up } from "@slipway/automation";
import type { LocalTarget } from "@slipway/automation";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDocumentClient } from "../../../packages/release-tracker/src/adapters/aws-clients";
import { DynamoLeaseStore } from "../../../packages/release-tracker/src/adapters/dynamo-lease-store";
import { systemClock } from "@slipway/aws-runtime";
import { createEngine, type Engine } from "../automation/support/engine";
import { waitForFile } from "../automation/support/wait-for";
import { inAccount } from "../inventory";
import { expectFailure } from "./support/expect-failure";
import { createGround, manifestOf, type Ground } from "./support/ground";
import { slipway } from "./support/slipway-process";

const LOCKED = 4;
const OK = 0;
const deploy = ["release", "deploy", "latest", "-e", "staging", "--yes"];

describe("what somebody else holds", function () {
  this.timeout(60_000);
  let ground: Ground;
  let engine: Engine;
  let target: LocalTarget;
  let gate: string;

  before(async () => {
    ground = await createGround();
    engine = createEngine();
    gate = join(engine.directory, "gate");
    target = { ...engine.project("held", `new Gate("slow", { gate: ${JSON.stringify(gate)} });`), stack: "staging" };
    writeFileSync(join(target.workDir, ".slipway_project"), manifestOf(ground.projectId));
    const image = `registry.example/shop/api:v1@sha256:${"a".repeat(64)}`;
    for (const args of [
      ["images", "publish", "api", image],
      ["release", "prepare"],
    ]) {
      const { exitCode, stderr } = await run(args);
      expect(exitCode, stderr).to.equal(OK);
    }
  });
  after(async () => {
    engine.remove();
    await ground.remove();
  });

  const run = (args: readonly string[]) =>
    slipway(args, { cwd: target.workDir, env: { ...ground.env, ...engine.env } });

  it("a stack that a living engine updates is told with its holder, and nothing is written", async () => {
    const updating = up(target, { env: engine.env, createStack: true });
    await waitForFile(`${gate}.entered`);
    const before = await ground.stored();
    const says = [/stack staging is locked by \S+ \(pid \d+, still running\) since /, /wait for the other update/];
    for (const args of [["up", "-s", "staging", "--yes", "--skip-preview"], deploy]) {
      expectFailure(await run(args), { exitCode: LOCKED, says });
      expect(await ground.stored(), args.join(" ")).to.deep.equal(before);
    }
    const inUse = [/stack staging is in use by \S+ \(pid \d+, still running\)/];
    expectFailure(await run(["unlock", "-s", "staging", "--yes"]), { exitCode: LOCKED, says: inUse });
    writeFileSync(gate, "");
    expect((await updating).changes.create).to.be.greaterThan(0);
  });

  it("an environment that is being deployed is told with its holder, and nothing is written", async () => {
    const client = createDocumentClient(new DynamoDBClient(inAccount(LOCAL_ACCOUNTS.tools)));
    const store = new DynamoLeaseStore(client, ground.deploymentsTable, systemClock);
    const address = { projectId: ground.projectId, environmentId: "staging" };
    const current = await store.read(address);
    const fencing = (current?.fencing ?? 0) + 1;
    const since = new Date().toISOString();
    const lease = { ...address, holderId: "other", holderName: "ada", fencing, since, milliseconds: 30_000 };
    expect(await store.take(lease, current)).to.include({ holderName: "ada" });
    const before = await ground.stored();
    const says = [/staging is locked by ada since \S+ \(lease \d+\)/, /wait for it to end/];
    for (const args of [deploy, ["release", "recover", "-e", "staging", "--yes"]]) {
      expectFailure(await run(args), { exitCode: LOCKED, says });
      expect(await ground.stored(), args.join(" ")).to.deep.equal(before);
    }
    await store.release(lease);
  });
});
