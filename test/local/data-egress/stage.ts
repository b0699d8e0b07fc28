import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateClusterCommand, DeleteClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Stack } from "@pulumi/pulumi/automation";
import { DataEgress, type DataEgressArgs, type DataEgressOutput } from "@slipway/data-egress";
import { AGENT_SECRETS } from "@slipway/data-egress/agent-contract";
import { publishLocalImage } from "@slipway/local";
import type { Issued } from "@slipway/local/certificates";
import { repositoryRoot } from "@slipway/testing";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stateLayout } from "../../../packages/local/src/layout";
import { DynamoLedger } from "../../../packages/data-egress/src/adapters/dynamo-ledger";
import { inlineStack, deployed } from "../aws-plugin/stack";
import { localEnvironment } from "../environment";
import { RECEIVER_ENVIRONMENT } from "../../../packages/data-egress/src/receiver-contract";

/** A stack with a data egress and nothing else. */
export interface DeployedEgress {
  readonly stack: Stack;
  readonly connection: DataEgressOutput;
  readonly ledger: DynamoLedger;
}

/** A cluster, a repository and buckets of one test, all in the account of the ambient credentials. */
export class EgressStage {
  readonly name = `egress-${randomUUID().slice(0, 8)}`;
  /** Where the data egress of this stage takes files from. */
  readonly source = `${this.name}-source`;
  readonly s3 = new S3Client({ forcePathStyle: true });
  readonly sqs = new SQSClient();
  private readonly ecs = new ECSClient();
  private readonly ecr = new ECRClient();

  async open(): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName: this.name }));
    await this.ecs.send(new CreateClusterCommand({ clusterName: this.name }));
  }

  async close(): Promise<void> {
    await this.ecs.send(new DeleteClusterCommand({ cluster: this.name }));
    await this.ecr.send(new DeleteRepositoryCommand({ repositoryName: this.name, force: true }));
  }

  /** Brings a data egress up in this stage's cluster. @param args What is special about it. */
  async deploy(args: Omit<DataEgressArgs, "clusterArn" | "subnetIds" | "securityGroupIds">): Promise<DeployedEgress> {
    const stack = await inlineStack(this.name, async () => {
      const egress = new DataEgress("egress", {
        egressName: this.name,
        clusterArn: this.name,
        subnetIds: ["subnet-1"],
        securityGroupIds: ["sg-1"],
        sourceBucketName: this.source,
        protect: false,
        ...args,
      });
      return { dataEgress: egress.connection };
    });
    const outputs = await deployed(stack);
    const connection = outputs["dataEgress"]?.value as DataEgressOutput;
    const client = DynamoDBDocumentClient.from(new DynamoDBClient());
    const ledger = new DynamoLedger(client, connection.ledgerTable, { now: () => new Date() });
    return { stack, connection, ledger };
  }

  /** Publishes one of the package's programs as a local image. @returns its URI, by digest. */
  async publish(bundle: string): Promise<string> {
    const file = join(repositoryRoot, "packages", "data-egress", "dist", "lambda", bundle, "index.js");
    const command = ["node", file] as const;
    const image = await publishLocalImage({ client: this.ecr, repository: this.name, tag: bundle, command });
    return `${image.uri}@${image.digest}`;
  }

  async createBucket(role: string, versioned = false): Promise<string> {
    const Bucket = `${this.name}-${role}`;
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    const Status = versioned ? "Enabled" : "Suspended";
    await this.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    return Bucket;
  }

  /** @returns ARN of a new secret, which ends with the emulator. */
  async secret(role: string, SecretString: string): Promise<string> {
    const Name = `${this.name}-${role}`;
    return (await new SecretsManagerClient().send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? "";
  }

  async put(Bucket: string, Key: string, Body: string | Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Buffer.byteLength(Body) }));
  }

  /** Texts of all objects of a bucket, by key. */
  async texts(Bucket: string): Promise<Record<string, string>> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket }));
    const read = async ({ Key = "" }: { Key?: string }) => {
      const found = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, (await found.Body?.transformToString("latin1")) ?? ""] as const;
    };
    return Object.fromEntries(await Promise.all(Contents.map(read)));
  }

  /** How often each key below a prefix was written. */
  async versionsPerKey(Bucket: string, Prefix: string): Promise<Record<string, number>> {
    const { Versions = [] } = await this.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    const counts: Record<string, number> = {};
    for (const { Key = "" } of Versions) counts[Key] = (counts[Key] ?? 0) + 1;
    return counts;
  }

  /** One dead letter, as soon as there is one. */
  async letter(QueueUrl: string): Promise<{ body: string; attributes: Record<string, string | undefined> }> {
    return until("a dead letter", async () => {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 });
      const [message] = (await this.sqs.send(command)).Messages ?? [];
      const attributes = Object.entries(message?.MessageAttributes ?? {}).map(([key, value]) => [
        key,
        value.StringValue,
      ]);
      return message && { body: message.Body ?? "", attributes: Object.fromEntries(attributes) };
    });
  }
}

/** Asks until there is an answer; nothing tells when it comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await pause(200);
  }
}

/** Who gets what the agent sends. */
export interface Recipient {
  /** `https://localhost:<port>/DA` */
  readonly url: string;
  /** What it has, by path. */
  received(): Record<string, string>;
  /** Name of each file that came, in order, as often as it came. */
  log(): string[];
  stop(): Promise<void>;
}

/** Starts the stub receiver as a process of its own, which keeps what it gets in a folder. */
export async function startRecipient(folder: string, tls: { server: Issued; trust: string }): Promise<Recipient> {
  const bundle = join(repositoryRoot, "packages", "data-egress", "dist", "lambda", "stub-receiver", "index.js");
  const env = {
    PATH: process.env["PATH"] ?? "",
    [RECEIVER_ENVIRONMENT.folder]: folder,
    [RECEIVER_ENVIRONMENT.port]: "0",
    [RECEIVER_ENVIRONMENT.host]: "127.0.0.1",
    [AGENT_SECRETS.certificate]: tls.server.certificate,
    [AGENT_SECRETS.privateKey]: tls.server.privateKey,
    [AGENT_SECRETS.trust]: tls.trust,
  };
  const child = spawn(process.execPath, [bundle], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += String(chunk)));
  const port = await until("the receiver", async () => /"message":"listening".*?"port":(\d+)/.exec(printed)?.[1]);
  return {
    url: `https://localhost:${port}/DA`,
    received: () => filesIn(folder),
    log: () => [...printed.matchAll(/"message":"received".*?"path":"[^"]*?([^/"]+)"/g)].map(([, name = ""]) => name),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(folder, path), readFileSync(path, "utf8")]),
  );

/** Ends one container of the only task that runs, as the machine's own killer would: its process hears nothing of it. */
export async function killContainer(name: string): Promise<void> {
  const { taskSocket } = stateLayout(localEnvironment().directory);
  const call = (method: string, path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath: taskSocket, method, path: `/v1.44${path}`, agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () => resolve(text));
      });
      sent.once("error", reject).end();
    });
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.amazonaws.ecs.container-name=${name}`] }));
  const containers = JSON.parse(await call("GET", `/containers/json?filters=${filters}`)) as { readonly Id: string }[];
  for (const { Id } of containers) await call("POST", `/containers/${Id}/kill?signal=SIGKILL`);
  if (containers.length !== 1) throw new Error(`${containers.length} containers ${name} were running`);
}
