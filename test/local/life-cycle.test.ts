import {
  applyLocalEnvironment,
  findLocal,
  LOCAL_ACCOUNTS,
  localDown,
  localReset,
  localStatus,
  localUp,
  type LocalStatus,
} from "@slipway/local";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const STACK_FILE = "Pulumi.staging.yaml";
const SETTINGS =
  "config:\n  aws:region: eu-west-2\nencryptionsalt: v1:Xa1OqTo1YKM=:v1:f4QDSFTXhTO2i2o+:l5NHneCXcwjMsJ0idW4nrR/qWELHdg==\n";

/** An environment of its own: these tests end its processes, which the shared one must not suffer. */
describe("the life cycle of a local environment", function () {
  this.timeout(120_000);

  const lines: string[] = [];
  let directory: string;
  const options = () => ({ directory, progress: (line: string) => lines.push(line) });
  const status = (): Promise<LocalStatus> => localStatus({ directory });

  before(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "slipway-life-cycle-")));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: life-cycle\nruntime: nodejs\n");
    writeFileSync(join(directory, STACK_FILE), SETTINGS);
  });
  beforeEach(() => lines.splice(0));
  after(async () => {
    await localDown({ directory });
    rmSync(directory, { recursive: true });
  });

  async function killPart(part: "emulator" | "taskRunner"): Promise<void> {
    const { pid } = (await status())[part];
    if (pid === undefined) throw new Error(`the ${part} does not run`);
    process.kill(pid, "SIGKILL");
    while ((await status())[part].running) await new Promise((resolve) => setImmediate(resolve));
  }

  it("is brought up once, however many ask at once", async () => {
    const [first, second] = await Promise.all([localUp(options()), localUp(options())]);
    expect(second.endpoint).to.equal(first.endpoint);
    expect(lines.filter((line) => line.startsWith("starting the AWS emulator")).length).to.equal(2);
    expect((await status()).state).to.equal("running");
  });

  it("says that a port is for one that starts", async () => {
    const { endpoint } = await localUp(options());
    const port = Number(new URL(endpoint).port);
    lines.length = 0;

    expect((await localUp({ ...options(), port })).endpoint).to.equal(endpoint);
    expect(lines.join("\n")).not.to.include("it runs already");
    expect((await localUp({ ...options(), port: port + 1 })).endpoint).to.equal(endpoint);
    expect(lines.join("\n")).to.include(`it runs already, at ${endpoint}: port ${port + 1} is for one that starts`);
  });

  it("has each environment's deployer role, and a stack for each settings file, which stays as it was", async () => {
    const environment = await localUp(options());
    for (const account of [LOCAL_ACCOUNTS.integration, LOCAL_ACCOUNTS.staging, LOCAL_ACCOUNTS.production]) {
      const credentials = { accessKeyId: account, secretAccessKey: "any" };
      const iam = new IAMClient({ endpoint: environment.endpoint, region: "eu-west-2", credentials });
      const { Roles } = await iam.send(new ListRolesCommand({}));
      expect(Roles?.map(({ Arn }) => Arn)).to.deep.equal([`arn:aws:iam::${account}:role/slipway-deployer`]);
    }
    const env = applyLocalEnvironment(environment);
    const list = execFileSync("pulumi", ["stack", "ls", "--json"], { cwd: directory, env, encoding: "utf8" });
    expect((JSON.parse(list) as { name: string }[]).map(({ name }) => name)).to.deep.equal(["staging"]);
    expect(readFileSync(join(directory, STACK_FILE), "utf8")).to.equal(SETTINGS);
  });

  it("keeps its data when only the task runner died", async () => {
    const { endpoint, stateDirectory } = await localUp(options());
    const witness = join(stateDirectory, "state", "witness");
    writeFileSync(witness, "");
    await killPart("taskRunner");
    expect((await status()).state).to.equal("broken");
    expect((await localUp(options())).endpoint).to.equal(endpoint);
    expect(existsSync(witness)).to.equal(true);
    expect((await status()).state).to.equal("running");
  });

  for (const [loss, lose] of [
    ["the emulator died", () => killPart("emulator")],
    ["somebody cleared the emulator", () => clear(findLocal({ directory })?.endpoint)],
  ] as const) {
    it(`drops the Pulumi state, and says so, when ${loss}`, async () => {
      const { endpoint, stateDirectory } = await localUp(options());
      const witness = join(stateDirectory, "state", "witness");
      writeFileSync(witness, "");
      await lose();
      const { state } = await status();
      expect(state).to.equal("broken");
      expect((await localUp(options())).endpoint).to.equal(endpoint);
      expect(existsSync(witness)).to.equal(false);
      expect(lines.join("\n")).to.include("Pulumi state that described the emulator's data is dropped with it");
    });
  }

  it("is empty after a reset, at the same address", async () => {
    const { endpoint, stateDirectory } = await localUp(options());
    writeFileSync(join(stateDirectory, "state", "witness"), "");
    expect((await localReset(options())).endpoint).to.equal(endpoint);
    expect(existsSync(join(stateDirectory, "state", "witness"))).to.equal(false);
  });

  it("leaves no process and no file when it is taken down, and can be taken down again", async () => {
    await localUp(options());
    const { emulator, taskRunner } = await status();
    const report = await localDown({ directory });
    expect(report).to.deep.equal({ stopped: ["emulator", "task runner"], deletedState: true });
    for (const { pid } of [emulator, taskRunner]) {
      expect(pid).to.be.a("number");
      expect(existsSync(`/proc/${pid}/exe`), `process ${pid}`).to.equal(false);
    }
    expect(existsSync(join(directory, ".slipway", "local"))).to.equal(false);
    expect(findLocal({ directory })).to.equal(undefined);
    expect(await localDown({ directory })).to.deep.equal({ stopped: [], deletedState: false });
  });
});

async function clear(endpoint: string | undefined): Promise<void> {
  await fetch(`${endpoint}/_ministack/reset`, { method: "POST" });
}
