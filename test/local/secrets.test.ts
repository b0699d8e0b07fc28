import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { removeLabels } from "./cli/support/ground";
import { slipway } from "./cli/support/slipway-process";
import { localEnvironment } from "./environment";
import { inAccount } from "./inventory";
import { createCanaryProject, STACK, type CanaryProject } from "./secrets/canary-project";
import { openEventTap, type EventTap } from "./secrets/event-tap";
import { filesBelow, findSecrets, watchCommandLines, type Places } from "./secrets/search";

const IMAGE = `registry.example/shop/api:v1@sha256:${"a".repeat(64)}`;
const canary = (): string => `canary-${randomBytes(12).toString("hex")}`;

describe("secrets", function () {
  this.timeout(180_000);
  const token = canary();
  const passphrase = canary();
  const secretKey = canary();
  const secrets = { "the secret setting": token, "the passphrase": passphrase, "the secret key": secretKey };
  const printed: Record<string, string> = {};
  let project: CanaryProject;
  let env: Record<string, string | undefined>;
  let tap: EventTap;
  let commandLines: ReturnType<typeof watchCommandLines>;

  before(async () => {
    env = {
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      // The emulator takes any secret of an account's root.
      AWS_SECRET_ACCESS_KEY: secretKey,
      SLIPWAY_TRACKER_STACK: STACK,
    };
    const projectId = `canary-${randomBytes(4).toString("hex")}`;
    tap = await openEventTap(projectId);
    commandLines = watchCommandLines();
    project = createCanaryProject(projectId, { ...process.env, ...env });
    project.setSecret("token", token);
  });
  after(async () => {
    commandLines.stop();
    await run(["destroy", "--stack", STACK, "--confirm", STACK, "--remove-stack"]);
    await removeLabels(project.projectId);
    await tap.remove();
    rmSync(project.directory, { recursive: true });
  });

  async function run(
    args: readonly string[],
    overlay: Record<string, string | undefined> = {},
  ): Promise<number | null> {
    const { exitCode, stdout, stderr } = await slipway(args, { cwd: project.directory, env: { ...env, ...overlay } });
    printed[`what slipway ${args.join(" ")} printed`] = `${stdout}\n${stderr}`;
    return exitCode;
  }

  const exportStack = (): string =>
    execFileSync("pulumi", ["stack", "export", "--stack", STACK], {
      cwd: project.directory,
      env: { ...process.env, ...env },
      encoding: "utf8",
    });

  async function functions(): Promise<string> {
    const accounts = [LOCAL_ACCOUNTS.tools, LOCAL_ACCOUNTS.integration, LOCAL_ACCOUNTS.staging];
    const lists = accounts.map((account) => new LambdaClient(inAccount(account)).send(new ListFunctionsCommand({})));
    return JSON.stringify((await Promise.all(lists)).map(({ Functions }) => Functions));
  }

  const everywhere = async (): Promise<Places> => ({
    ...printed,
    "the command lines of all processes": commandLines.seen(),
    "the stack's export": exportStack(),
    "the Lambda functions": await functions(),
    "the event bus": (await tap.take()).join("\n"),
    ...filesBelow(localEnvironment().stateDirectory),
    ...Object.fromEntries(
      Object.entries(filesBelow(project.directory)).filter(([path]) => !path.includes("/node_modules/")),
    ),
  });

  it("are in no output, log, state, event, Lambda environment or command line", async () => {
    for (const args of [
      ["preview", "--stack", STACK, "--verbose", "--debug"],
      ["up", "--stack", STACK, "--yes", "--json", "--verbose", "--debug"],
      ["images", "publish", "api", IMAGE, "--debug"],
      ["release", "prepare", "--verbose", "--debug"],
      ["release", "deploy", "latest", "-e", STACK, "--yes", "--verbose", "--debug"],
      ["refresh", "--stack", STACK, "--yes", "--verbose", "--debug"],
      ["outputs", "--stack", STACK],
      ["outputs", "--stack", STACK, "--json"],
      ["status", "--json"],
    ]) {
      expect(await run(args), printed[`what slipway ${args.join(" ")} printed`]).to.equal(0);
    }
    await failures();

    // The search looks where things are: each place holds what it should.
    const places = await everywhere();
    expect(places["the event bus"]).to.include("Deployment Succeeded");
    expect(places["the Lambda functions"]).to.include(project.projectId);
    expect(places["the command lines of all processes"]).to.include(`--stack=${STACK}`);
    expect(places["the stack's export"]).to.include('"ciphertext"');
    const Name = `/${project.projectId}/canary`;
    const ssm = new SSMClient(inAccount(LOCAL_ACCOUNTS.tools));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    expect(Parameter?.Value).to.equal(`${token}!`);

    expect(findSecrets(secrets, places)).to.deep.equal([]);
  });

  /** Errors tell most: of refused credentials, of an endpoint that is gone, of a wrong passphrase. */
  async function failures(): Promise<void> {
    const nowhere = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
    expect(await run(["release", "list", "--debug", "--verbose"], { ...nowhere })).to.equal(1);
    const unknown = { AWS_ACCESS_KEY_ID: "AKIAUNKNOWNUNKNOWN12", AWS_SESSION_TOKEN: secretKey };
    expect(await run(["release", "prepare", "--debug", "--json"], unknown)).to.equal(1);
    expect(await run(["outputs", "token", "--stack", STACK, "--debug"])).to.equal(6);
    const wrong = { PULUMI_CONFIG_PASSPHRASE: secretKey };
    expect(await run(["preview", "--stack", STACK, "--debug", "--json"], wrong)).to.equal(1);
  }

  it("of a role's session are nowhere either", async () => {
    const RoleArn = `arn:aws:iam::${LOCAL_ACCOUNTS.integration}:role/slipway-deployer`;
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "canary" });
    const { Credentials } = await new STSClient(inAccount(LOCAL_ACCOUNTS.tools)).send(assume);
    const { AccessKeyId, SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    const session = {
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_SESSION_TOKEN: SessionToken,
    };
    expect(await run(["preview", "--stack", STACK, "--verbose", "--debug"], session)).to.equal(0);
    expect(await run(["release", "list", "--verbose", "--debug"], session)).to.equal(5);
    const ofSession = { "the session's secret key": SecretAccessKey, "the session's token": SessionToken };
    expect(SessionToken.length).to.be.greaterThan(20);
    expect(findSecrets(ofSession, await everywhere())).to.deep.equal([]);
  });

  it("are found by the same search when a program gives one away", async () => {
    const leaked = canary();
    project.setSecret("leak", leaked);
    expect(await run(["up", "--stack", STACK, "--yes", "--skip-preview"])).to.equal(0);
    expect(await run(["outputs", "leaked", "--stack", STACK])).to.equal(0);
    const telling = spawn(process.execPath, ["-e", "process.stdin.resume()", leaked]);
    while (!commandLines.seen().includes(leaked)) await pause(10);
    telling.stdin.end();
    const found = findSecrets({ "the leaked setting": leaked }, await everywhere());
    expect(found).to.include("the leaked setting in the stack's export");
    expect(found).to.include(`the leaked setting in what slipway outputs leaked --stack ${STACK} printed`);
    expect(found).to.include("the leaked setting in the command lines of all processes");
    expect(
      found.some((place) => place.includes("/state/")),
      found.join("\n"),
    ).to.equal(true);
  });
});
