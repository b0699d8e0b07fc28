import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { CodePush } from "@slipway/code-push";
import { openCodePush, pushOnce, type CodePushConnection } from "@slipway/code-push/library";
import { LOCAL_ACCOUNTS } from "@slipway/local";
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { inlineStack, removeStack, deployed } from "../aws-plugin/stack";
import { post } from "../http-api";
import { inventory } from "../inventory";
import { findSecrets, watchCommandLines } from "../secrets/search";
import { pushBody, sendGitHub } from "./webhooks";

const HOST = "git.example.org";
const PATH = "octo/shop";
const MAIN = "refs/heads/main";
const s3 = new S3Client({ forcePathStyle: true });
const secrets = new SecretsManagerClient();

/** Asks until there is an answer; nothing tells when a push has arrived. */
async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not arrive`);
    await sleep(200);
  }
}

describe("code push in a stack of the tools account", function () {
  this.timeout(300_000);
  const secretValue = randomUUID();
  const gitlabToken = randomUUID();
  const accessToken = randomUUID();
  let inventoryBefore: readonly string[];
  let fixture: GitFixture;
  let stack: Stack;
  let commandLines: ReturnType<typeof watchCommandLines>;
  let secretArns: Record<"github" | "gitlab", string>;
  let credentialsArn: string;
  let webhookUrls: Record<string, string>;
  let connection: CodePushConnection;

  const program: PulumiFn = async () => {
    const repository = (provider: string, path: string, name: string) => ({
      id: `${HOST}/${path}`,
      provider,
      url: `${fixture.server.url}/${name}.git`,
      privateNetwork: true,
    });
    const source = new CodePush("source", {
      repositories: [
        repository("github", PATH, "shop"),
        { ...repository("gitlab", "octo/tools/shop", "shop"), credentialsSecretArn: credentialsArn },
      ],
      webhookSecretArns: secretArns,
      machineGit: true,
      runtime: "nodejs20.x",
      protect: false,
    });
    return { webhookUrls: source.webhookUrls, connection: source.connection };
  };

  const createSecret = async (value: object): Promise<string> => {
    const SecretString = JSON.stringify(value);
    const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: `webhook-${randomUUID()}`, SecretString }));
    return ARN;
  };
  const keyOf = (sha: string, path = PATH): string => {
    const parts = path.split("/");
    return [HOST, parts.slice(0, -1).join("~2F"), parts.at(-1), "main", `${sha}.zip`].join("/");
  };
  const archived = (sha: string, path = PATH) =>
    s3.send(new HeadObjectCommand({ Bucket: connection.bucket.name, Key: keyOf(sha, path) })).then(
      (found) => found,
      () => undefined,
    );
  const waiting = async (): Promise<number> => {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const { Attributes = {} } = await new SQSClient().send(
      new GetQueueAttributesCommand({ QueueUrl: connection.queueUrl, AttributeNames: [...AttributeNames] }),
    );
    return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  };
  /** Nothing is in the queue, or on its way to the function behind it: the push of a test before may still be. */
  const settled = () => eventually("an empty queue", async () => ((await waiting()) === 0 ? true : undefined));
  const refusals = async (): Promise<number> => (await loggedLines()).split("webhook refused").length - 1;
  const push = (sha: string) => pushBody({ path: PATH, host: HOST, ref: MAIN, sha });
  const github = (body: string, headers: Record<string, string> = {}, secret = secretValue) =>
    sendGitHub(webhookUrls["github"] ?? "", secret, body, headers);

  before(async () => {
    inventoryBefore = await inventory(LOCAL_ACCOUNTS.tools);
    fixture = await GitFixture.start();
    fixture.create("shop");
    secretArns = {
      github: await createSecret({ current: secretValue }),
      gitlab: await createSecret({ current: gitlabToken }),
    };
    credentialsArn = await createSecret({ type: "token", token: accessToken });
    commandLines = watchCommandLines();
    stack = await inlineStack("code-push", program);
    const outputs = await deployed(stack);
    webhookUrls = outputs["webhookUrls"]?.value as typeof webhookUrls;
    connection = outputs["connection"]?.value as CodePushConnection;
  });

  after(async () => {
    commandLines.stop();
    await fixture.stop();
  });

  it("C1 archives the very commit of a signed push, with what is known of it", async () => {
    const sha = fixture.commit("shop", { "index.html": "<h1>first</h1>" }, { message: "The first shop" });
    const { status, body } = await github(push(sha));

    expect(status, body).to.be.within(200, 299);
    const found = await eventually("the archive", () => archived(sha));
    expect(found.Metadata).to.include({ commit: sha, branch: "main", "commit-message": "The first shop" });
    const archive = await s3.send(new GetObjectCommand({ Bucket: connection.bucket.name, Key: keyOf(sha) }));
    expect(Buffer.from((await archive.Body?.transformToByteArray()) ?? []).includes("index.html")).to.equal(true);
  });

  it("C3 answers 401 to a signature that is missing, malformed or wrong, and queues nothing", async () => {
    await settled();
    const sha = fixture.commit("shop", { "index.html": "unsigned" });
    const standard = (headers: Record<string, string>) =>
      post(webhookUrls["gitlab/standard"] ?? "", push(sha), headers);
    const refused = await refusals();
    const answers = [
      await github(push(sha), { "X-Hub-Signature-256": "" }),
      await post(webhookUrls["gitlab"] ?? "", push(sha)),
      await standard({ "X-Gitlab-Token": gitlabToken }),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401, 401]);
    expect(await refusals(), "the Gateway asked a function about them").to.equal(refused);
    answers.push(await github(push(sha), { "X-Hub-Signature-256": "sha1=abc" }));
    answers.push(await github(push(sha), {}, randomUUID()));
    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401, 401, 401, 401]);
    expect(await waiting()).to.equal(0);
    expect(await archived(sha)).to.equal(undefined);
  });

  it("C3 refuses at the Gateway what headers alone prove wrong", async () => {
    const sha = fixture.commit("shop", { "index.html": "stranger" });
    const body = JSON.stringify({
      object_kind: "push",
      ref: MAIN,
      after: sha,
      checkout_sha: sha,
      project: { path_with_namespace: "octo/tools/shop", web_url: `https://${HOST}/octo/tools/shop` },
    });
    const headers = { "Content-Type": "application/json", "X-Gitlab-Event": "Push Hook" };
    const gitlab = (token: string) => post(webhookUrls["gitlab"] ?? "", body, { ...headers, "X-Gitlab-Token": token });
    const { "X-Gitlab-Event": _event, ...anonymous } = headers;
    const answers = [
      await gitlab("not the token"),
      await post(webhookUrls["gitlab/standard"] ?? "", body, { ...anonymous, "Webhook-Signature": "v1,abc" }),
    ];

    // The second: there is no signing token that it could be checked with.
    expect(answers.map(({ status }) => status)).to.deep.equal([403, 403]);
    expect(await waiting()).to.equal(0);
    expect((await gitlab(gitlabToken)).status).to.be.within(200, 299);
    await eventually("the archive", () => archived(sha, "octo/tools/shop"));
    const authorization = `Basic ${Buffer.from(`oauth2:${accessToken}`).toString("base64")}`;
    expect(fixture.server.seen.map((request) => request.authorization)).to.include(authorization);
  });

  it("answers 2xx to a ping", async () => {
    await settled();
    const { status } = await github(JSON.stringify({ zen: "Keep it logically awesome." }), {
      "X-GitHub-Event": "ping",
    });

    expect(status).to.be.within(200, 299);
    expect(await waiting()).to.equal(0);
  });

  it("C4 finds what no webhook told of, when asked and on its schedule", async () => {
    const client = openCodePush(connection);
    const sha = fixture.commit("shop", { "index.html": "nobody told" });
    const { missed } = await client.reconcile();

    expect(missed.map((each) => `${each.repository} ${each.sha}`)).to.have.members([
      `${HOST}/${PATH} ${sha}`,
      `${HOST}/octo/tools/shop ${sha}`,
    ]);
    await eventually("both archives", async () => {
      const { missed: left } = await client.reconcile({ dryRun: true });
      return left.length === 0 ? true : undefined;
    });
    expect((await client.listPushes({ sha })).map(({ key }) => key)).to.have.members([
      keyOf(sha),
      keyOf(sha, "octo/tools/shop"),
    ]);
    // With nothing to find it ends at once, and proves that the deployed function can look everywhere.
    expect(await invokeReconciler()).to.deep.include({ repositories: 2, missed: [], unreachable: [], complete: true });
  });

  it("archives a repository by hand, without the code push", async () => {
    const bucket = connection.bucket;
    const { sha, files } = await pushOnce({ repository: `${fixture.server.url}/shop.git`, bucket, key: "by-hand.zip" });

    const found = await s3.send(new HeadObjectCommand({ Bucket: bucket.name, Key: "by-hand.zip" }));
    expect(found.Metadata).to.include({ commit: sha });
    expect(files).to.equal(1);
  });

  it("keeps secrets out of state, functions' settings, logs and command lines", async () => {
    const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand({}));
    const places = {
      state: JSON.stringify(await stack.exportStack()),
      functions: JSON.stringify(Functions),
      logs: await loggedLines(),
      "command lines": commandLines.seen(),
    };

    expect(places.logs).to.include("webhook queued");
    expect(places["command lines"]).to.include("fetch");
    expect(findSecrets({ secretValue, gitlabToken, accessToken }, places)).to.deep.equal([]);
  });

  it("has nothing to change, and leaves nothing behind", async () => {
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });
    await removeStack(stack);
    for (const SecretId of [...Object.values(secretArns), credentialsArn]) {
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    }

    expect(await inventory(LOCAL_ACCOUNTS.tools)).to.deep.equal(inventoryBefore);
  });
});

/** Runs the reconciler as its schedule does. */
async function invokeReconciler(): Promise<unknown> {
  const lambda = new LambdaClient();
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const name = Functions.map(({ FunctionName = "" }) => FunctionName).find((each) => each.includes("source-reconcile"));
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: "{}" }));
  const answer = Buffer.from(Payload ?? []).toString();
  expect(FunctionError, answer).to.equal(undefined);
  return JSON.parse(answer);
}

/** Everything that functions have logged. */
async function loggedLines(): Promise<string> {
  const logs = new CloudWatchLogsClient();
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const groups = logGroups.map(({ logGroupName }) => logs.send(new FilterLogEventsCommand({ logGroupName })));
  return (await Promise.all(groups)).flatMap(({ events = [] }) => events.map(({ message }) => message)).join("\n");
}
