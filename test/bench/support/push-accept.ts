import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ENVIRONMENT, webhookSecretVariable } from "@slipway/code-push/contract";
import { startProxy, type Fault, type ProxiedRequest } from "@slipway/testing";
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { AwsJson, settingsFromEnvironment } from "../../../packages/code-push/src/adapters/aws-json";
import { connectAcceptor } from "../../../packages/code-push/src/adapters/webhook-connection";
import { createAcceptWebhook } from "../../../packages/code-push/src/handlers/accept-webhook";
import { median, type Measurement } from "../measure";

const HOST = "git.example.org";
const PATH = "octo/shop";
const SENDERS = 64;
const EACH = 10;
const PAIRS = 5;
const FAULTY = 600;
const COSTED = 200;
const BODY_BYTES = 20_000;

interface Signed {
  readonly body: string;
  readonly signature: string;
  readonly sha: string;
}

/** Where webhooks are accepted. */
interface Ground {
  readonly secret: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function prepare(endpoint: string): Promise<Ground> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const secret = randomUUID();
  const { ARN = "" } = await new SecretsManagerClient({ endpoint }).send(
    new CreateSecretCommand({ Name: name, SecretString: JSON.stringify({ current: secret }) }),
  );
  const path = `/slipway/code-push/${name}/repositories`;
  const setting = { id: `${HOST}/${PATH}`, provider: "github", url: `https://${HOST}/${PATH}.git` };
  await new SSMClient({ endpoint }).send(
    new PutParameterCommand({ Name: `${path}/shop`, Type: "String", Value: JSON.stringify(setting) }),
  );
  const { QueueUrl = "" } = await new SQSClient({ endpoint }).send(new CreateQueueCommand({ QueueName: name }));
  const variables = {
    [ENVIRONMENT.name]: name,
    [ENVIRONMENT.repositoriesPath]: path,
    [ENVIRONMENT.queueUrl]: QueueUrl,
    [webhookSecretVariable("github")]: ARN,
  };
  return { secret, variables };
}

/** A push of its own, as large as those of a busy repository. */
function sign(secret: string): Signed {
  const sha = randomUUID().replaceAll("-", "").padEnd(40, "0");
  const body = JSON.stringify({
    ref: "refs/heads/main",
    after: sha,
    repository: { full_name: PATH, html_url: `https://${HOST}/${PATH}` },
    commits: "x".repeat(BODY_BYTES),
  });
  return { body, sha, signature: `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
}

const quiet = { metrics: { count: () => undefined }, log: { info: () => undefined, warn: () => undefined } };

/** The function as it is deployed, behind an endpoint. */
function acceptor({ variables }: Ground, endpoint: string) {
  const env = { ...process.env, ...variables, AWS_ENDPOINT_URL: endpoint };
  const accept = createAcceptWebhook({ ...connectAcceptor(env), ...quiet });
  return async ({ body, signature }: Signed): Promise<number> => {
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": signature,
    };
    return (await accept({ headers, body, routeKey: "POST /github" })).statusCode;
  };
}

/** The least that any function can do: check the signature, send the message. */
function floor({ variables, secret }: Ground, endpoint: string) {
  const aws = new AwsJson(settingsFromEnvironment({ ...process.env, AWS_ENDPOINT_URL: endpoint }));
  const operation = { service: "sqs", target: "AmazonSQS.SendMessage", version: "1.0" } as const;
  return async ({ body, signature, sha }: Signed): Promise<number> => {
    const wanted = createHmac("sha256", secret).update(body).digest();
    if (!timingSafeEqual(Buffer.from(signature.slice(7), "hex"), wanted)) return 401;
    await aws.call(operation, { QueueUrl: variables[ENVIRONMENT.queueUrl], MessageBody: JSON.stringify({ sha }) });
    return 202;
  };
}

/** The 99th percentile of the answers to senders that each wait for one answer before they send again. */
async function p99(send: (webhook: Signed) => Promise<number>, secret: string): Promise<number> {
  const webhooks = Array.from({ length: SENDERS * EACH }, () => sign(secret));
  const times: number[] = [];
  const sender = async (own: readonly Signed[]): Promise<void> => {
    for (const webhook of own) {
      const start = performance.now();
      if ((await send(webhook)) !== 202) throw new Error("a good webhook was not accepted");
      times.push(performance.now() - start);
    }
  };
  const own = Array.from({ length: SENDERS }, (_, index) => webhooks.slice(index * EACH, (index + 1) * EACH));
  await Promise.all(own.map(sender));
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

async function measureLatency(ground: Ground, endpoint: string): Promise<readonly Measurement[]> {
  const [ours, least] = [acceptor(ground, endpoint), floor(ground, endpoint)];
  await p99(ours, ground.secret);
  await p99(least, ground.secret);
  const pairs: (readonly [number, number])[] = [];
  for (let index = 0; index < PAIRS; index++) {
    pairs.push([await p99(ours, ground.secret), await p99(least, ground.secret)]);
  }
  const ratios = pairs.map(([a, b]) => a / b);
  const [mine, theirs] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const range = `pairs from ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return [
    {
      what: `p99 of accepting at ${SENDERS} senders, against HMAC and one message alone`,
      value: median(ratios),
      bound: 1.3,
      detail: `${mine.toFixed(1)} ms against ${theirs.toFixed(1)} ms; ${range}`,
    },
    {
      what: "seconds of it, of the ten that a host waits",
      value: mine / 1000,
      bound: 1,
      detail: "the emulator included",
    },
  ];
}

/** What a stranger costs. */
async function measureRefusals(ground: Ground, endpoint: string): Promise<readonly Measurement[]> {
  const proxy = await startProxy({ target: endpoint });
  try {
    const send = acceptor(ground, proxy.url);
    const bad = { ...sign(ground.secret), signature: `sha256=${"0".repeat(64)}` };
    const cost = async (webhook: Signed, status: number): Promise<number> => {
      const start = performance.now();
      for (let index = 0; index < COSTED; index++) {
        if ((await send(webhook)) !== status) throw new Error(`the answer is not ${status}`);
      }
      return (performance.now() - start) / COSTED;
    };
    await cost(sign(ground.secret), 202);
    await cost(bad, 401);
    proxy.reset();
    const refused = await cost(bad, 401);
    const calls = proxy.seen.filter(({ operation }) => operation?.startsWith("AmazonSQS.")).length;
    const { requests } = proxy.counts();
    const accepted = await cost(sign(ground.secret), 202);
    return [
      {
        what: "cost of a bad signature, against a good one",
        value: refused / accepted,
        bound: 0.5,
        detail: `${refused.toFixed(2)} ms against ${accepted.toFixed(2)} ms; ${requests} requests for ${COSTED} of them`,
      },
      { what: "calls of the queue for bad signatures", value: calls, bound: 0, detail: `${COSTED} webhooks` },
    ];
  } finally {
    await proxy.close();
  }
}

/** One in ten sends fails: half before it was done, half after. */
function everyTenth(): (request: ProxiedRequest) => Fault | undefined {
  let sends = 0;
  return ({ operation }) => {
    if (operation?.startsWith("AmazonSQS.Send") !== true || ++sends % 10 !== 0) return undefined;
    return sends % 20 === 0
      ? { kind: "lose-answer" }
      : { kind: "fail", status: 500, body: '{"__type":"InternalFailure"}', contentType: "application/x-amz-json-1.0" };
  };
}

async function measureLosses(endpoint: string): Promise<readonly Measurement[]> {
  const ground = await prepare(endpoint);
  const proxy = await startProxy({ target: endpoint, faults: everyTenth() });
  try {
    const send = acceptor(ground, proxy.url);
    const promised = new Set<string>();
    const sender = async (): Promise<void> => {
      for (let index = 0; index < FAULTY / SENDERS; index++) {
        const webhook = sign(ground.secret);
        const status = await send(webhook);
        if (status >= 200 && status < 300) promised.add(webhook.sha);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const kept = await drain(endpoint, ground.variables[ENVIRONMENT.queueUrl] ?? "");
    const lost = [...promised].filter((sha) => !kept.has(sha)).length;
    return [
      {
        what: "webhooks answered 2xx that the queue does not have, with one send in ten failing",
        value: promised.size === 0 ? Number.POSITIVE_INFINITY : lost,
        bound: 0,
        detail: `${promised.size} answered 2xx, ${kept.size} in the queue`,
      },
    ];
  } finally {
    await proxy.close();
  }
}

/** The commits of all messages of a queue. */
async function drain(endpoint: string, QueueUrl: string): Promise<ReadonlySet<string>> {
  const sqs = new SQSClient({ endpoint });
  const found = new Set<string>();
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) return found;
    for (const { Body = "{}" } of Messages) found.add((JSON.parse(Body) as { sha: string }).sha);
  }
}

/** What it costs to accept a webhook, to refuse one, and whether a promise is kept when the queue fails. */
export async function measureAccept(endpoint: string): Promise<readonly Measurement[]> {
  const ground = await prepare(endpoint);
  return [
    ...(await measureLatency(ground, endpoint)),
    ...(await measureRefusals(ground, endpoint)),
    ...(await measureLosses(endpoint)),
  ];
}
