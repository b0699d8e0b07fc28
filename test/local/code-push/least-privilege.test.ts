import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ENVIRONMENT, LOCAL_MINIMUM_GIT, PUSH_MESSAGE, webhookSecretVariable } from "@slipway/code-push/contract";
import type { PolicyDocument } from "@slipway/core";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { connectWorker } from "../../../packages/code-push/src/adapters/connection";
import { connectAcceptor, connectAuthorizer } from "../../../packages/code-push/src/adapters/webhook-connection";
import { createAcceptWebhook } from "../../../packages/code-push/src/handlers/accept-webhook";
import { createAuthorizeWebhook } from "../../../packages/code-push/src/handlers/authorize-webhook";
import { createPushCode } from "../../../packages/code-push/src/handlers/push-code";
import { createReconcilePushes } from "../../../packages/code-push/src/handlers/reconcile-pushes";
import * as policies from "../../../packages/code-push/src/policies";
import { GitFixture } from "../../../packages/code-push/test/support/git-fixture";
import { trustPrincipals } from "../../../packages/release-tracker/src/policies";
import { needsEveryStatement, Party } from "../support/party";
import { pushBody, signature } from "./webhooks";

const { tools } = LOCAL_ACCOUNTS;
const arn = (service: string, resource: string) => `arn:aws:${service}:${LOCAL_REGION}:${tools}:${resource}`;
const PATH = "octo/private";
const HOST = "git.example.org";
const MAIN = "refs/heads/main";

/** What a function complains about, which is all that is seen of some failures. */
class Complaints {
  readonly all: string[] = [];
  readonly log = {
    info: () => undefined,
    warn: (message: string, fields: object) => void this.all.push(`${message} ${JSON.stringify(fields)}`),
  };

  /** @throws Error when there were any. */
  end(): void {
    if (this.all.length > 0) throw new Error(this.all.join("\n"));
  }
}

describe("least privilege of code push", function () {
  this.timeout(120_000);
  const secret = randomUUID();
  const token = randomUUID();
  const metrics = { count: () => undefined };
  let fixture: GitFixture;
  let variables: Record<string, string>;
  let scope: policies.CodePushScope;

  before(async () => {
    fixture = await GitFixture.start();
    fixture.create("private");
    const name = `least-${randomUUID().slice(0, 8)}`;
    const repositoriesPath = `/slipway/code-push/${name}/repositories`;
    const { QueueUrl = "" } = await new SQSClient().send(new CreateQueueCommand({ QueueName: name }));
    const s3 = new S3Client({ forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    const versioned = { Bucket: name, VersioningConfiguration: { Status: "Enabled" } } as const;
    await s3.send(new PutBucketVersioningCommand(versioned));
    const github = await createSecret({ current: secret });
    const gitlab = await createSecret({ current: token });
    const credentials = await createSecret({ type: "token", token: randomUUID() });
    const setting = {
      id: `${HOST}/${PATH}`,
      provider: "github",
      url: `${fixture.server.url}/private.git`,
      privateNetwork: true,
      credentialsSecretId: credentials,
    };
    await new SSMClient().send(
      new PutParameterCommand({ Name: `${repositoriesPath}/private`, Type: "String", Value: JSON.stringify(setting) }),
    );
    scope = {
      partition: "aws",
      region: LOCAL_REGION,
      account: tools,
      repositoriesPath,
      webhookSecretArns: [github, gitlab],
      credentialsSecretArns: [credentials],
      secretKeyArns: [],
      bucketArn: `arn:aws:s3:::${name}`,
      queueArn: arn("sqs", name),
      eventBusArn: arn("events", "event-bus/default"),
    };
    variables = {
      [ENVIRONMENT.name]: name,
      [ENVIRONMENT.repositoriesPath]: repositoriesPath,
      [ENVIRONMENT.queueUrl]: QueueUrl,
      [ENVIRONMENT.bucket]: name,
      [ENVIRONMENT.bucketOwner]: tools,
      [ENVIRONMENT.eventBus]: "default",
      [ENVIRONMENT.minimumGit]: LOCAL_MINIMUM_GIT,
      [webhookSecretVariable("github")]: github,
      [webhookSecretVariable("gitlab")]: gitlab,
    };
  });

  after(() => fixture.stop());

  /** As in a function: with the role's keys, and nothing remembered. */
  const environment = () => ({ ...process.env, ...variables });

  /** Every statement of a role is needed by a flow that it plays. */
  async function needsAll(name: string, policy: PolicyDocument, flow: () => Promise<void>): Promise<void> {
    const party = await Party.create(tools, name, trustPrincipals([tools]));
    await needsEveryStatement(party, policy, () => party.act(flow));
  }

  it("of the authorizer: its one statement is needed", async () => {
    await needsAll("authorize", policies.authorizePolicy(scope), async () => {
      const authorize = createAuthorizeWebhook(connectAuthorizer(environment()));
      const { isAuthorized } = await authorize({ headers: { "x-gitlab-token": token }, routeKey: "POST /gitlab" });

      expect(isAuthorized).to.equal(true);
    });
  });

  it("of the function behind the Gateway: every statement is needed", async () => {
    await needsAll("accept", policies.acceptPolicy(scope), async () => {
      const complaints = new Complaints();
      const accept = createAcceptWebhook({ ...connectAcceptor(environment()), metrics, log: complaints.log });
      const body = pushBody({ path: PATH, host: HOST, ref: MAIN, sha: "1".repeat(40) });
      const headers = { "x-github-event": "push", "x-hub-signature-256": signature(secret, body) };
      const { statusCode } = await accept({ headers, body, routeKey: "POST /github" });

      complaints.end();
      expect(statusCode).to.equal(202);
    });
  });

  it("of the function behind the queue: every statement is needed", async () => {
    await needsAll("work", policies.workPolicy(scope), async () => {
      const complaints = new Complaints();
      const work = createPushCode({ ...connectWorker(environment()), metrics, log: complaints.log });
      const sha = fixture.commit("private", { "index.html": randomUUID() });
      const body = JSON.stringify({
        type: PUSH_MESSAGE,
        repository: `${HOST}/${PATH}`,
        ref: MAIN,
        sha,
        provider: "github",
        trigger: "webhook",
        correlation_id: randomUUID(),
        received_at: new Date().toISOString(),
      });
      await work({ Records: [{ messageId: randomUUID(), body, attributes: {} }] });

      complaints.end();
    });
  });

  it("of the reconciler: every statement is needed", async () => {
    await needsAll("reconcile", policies.reconcilePolicy(scope), async () => {
      const complaints = new Complaints();
      const connected = connectWorker(environment());
      fixture.commit("private", { "index.html": randomUUID() }, { ref: `refs/heads/${randomUUID()}` });
      const sleeper = { sleep: () => Promise.resolve() };
      const reconcile = createReconcilePushes({ ...connected, sleeper, metrics, log: complaints.log });
      const { missed, unreachable } = await reconcile(undefined);

      if (unreachable.length > 0) throw new Error(JSON.stringify(unreachable));
      expect(missed).to.not.deep.equal([]);
    });
  });
});

async function createSecret(value: object): Promise<string> {
  const command = new CreateSecretCommand({ Name: `least-${randomUUID()}`, SecretString: JSON.stringify(value) });
  return (await new SecretsManagerClient().send(command)).ARN ?? "";
}
