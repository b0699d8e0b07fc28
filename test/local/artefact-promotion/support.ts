import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { LEDGER_TABLE } from "@slipway/artefact-promotion/contract";
import { DynamoLedger } from "../../../packages/artefact-promotion/src/adapters/dynamo-ledger";
import { EventBridgePublisher } from "../../../packages/artefact-promotion/src/adapters/eventbridge-publisher";
import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";
import { SqsDeadLetters, SqsPromotionQueue } from "../../../packages/artefact-promotion/src/adapters/sqs-queues";
import type { Bucket } from "../../../packages/artefact-promotion/src/core/objects";
import type { PlantedObject } from "../../../packages/artefact-promotion/src/library-memory";
import { DEFAULT_LIMITS } from "../../../packages/artefact-promotion/src/operations";
import { createTable } from "../support/tables";

/** Accounts that no environment has: an access key of twelve digits is the root of its account in the emulator. */
export const ACCOUNTS = { source: "555555555555", target: "666666666666" } as const;

/** Settings of a client of an account. @param endpoint e.g. a proxy's. */
export const settingsOf = (account: string, endpoint: string | undefined = process.env["AWS_ENDPOINT_URL"]) => ({
  endpoint,
  region: process.env["AWS_REGION"] ?? "eu-west-2",
  credentials: { accessKeyId: account, secretAccessKey: "emulator" },
});

/** How persistent an S3 client is. */
export interface Persistence {
  /** 1 turns the SDK's own retries off. @default 6 */
  readonly maxAttempts?: number;
  /** Milliseconds that it waits for an answer. @default as long as it takes */
  readonly patience?: number;
}

/** An S3 client of an account. */
export const s3Of = (account: string, endpoint?: string, { maxAttempts = 6, patience }: Persistence = {}): S3Client =>
  new S3Client({
    ...settingsOf(account, endpoint),
    forcePathStyle: true,
    maxAttempts,
    ...(patience !== undefined && { requestHandler: { socketTimeout: patience } }),
  });

/** Makes a versioned bucket of this account under a name of its own. */
export async function createBucket(account: string, role: string): Promise<Bucket> {
  const name = `${role}-${randomUUID()}`;
  const client = s3Of(account);
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const versioned = { Bucket: name, VersioningConfiguration: { Status: "Enabled" } } as const;
  await client.send(new PutBucketVersioningCommand(versioned));
  return { name, owner: account };
}

/** Lets another account read a bucket. */
export async function letRead({ name, owner }: Bucket, reader: string): Promise<void> {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${reader}:root` },
    Action: [
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:GetObjectTagging",
      "s3:GetObjectVersionTagging",
      "s3:ListBucket",
      "s3:ListBucketVersions",
    ],
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await s3Of(owner).send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
}

/** Puts an object as its bucket's owner. */
export async function plant(
  { name, owner }: Bucket,
  key: string,
  body: string | Uint8Array,
  { attributes, tags = {} }: Omit<PlantedObject, "etag"> = {},
): Promise<{ readonly etag: string; readonly versionId: string | undefined }> {
  const { ETag = "", VersionId } = await s3Of(owner).send(
    new PutObjectCommand({
      Bucket: name,
      Key: key,
      Body: body,
      ContentType: attributes?.contentType,
      Metadata: { ...attributes?.metadata },
      Tagging: new URLSearchParams(tags).toString() || undefined,
    }),
  );
  return { etag: ETag.replaceAll('"', ""), versionId: VersionId };
}

/** Uploads in parts that were neither completed nor aborted. */
export async function openUploads({ name, owner }: Bucket): Promise<number> {
  const { Uploads = [] } = await s3Of(owner).send(new ListMultipartUploadsCommand({ Bucket: name }));
  return Uploads.length;
}

/** Makes a ledger's table as the component declares it. */
export const createLedgerTable = (account: string): Promise<string> =>
  createTable(new DynamoDBClient(settingsOf(account)), "ledger", LEDGER_TABLE);

/** A ledger in the emulator. @param endpoint e.g. a proxy's. */
export const ledgerOf = (account: string, table: string, endpoint?: string): DynamoLedger =>
  new DynamoLedger(
    DynamoDBDocumentClient.from(new DynamoDBClient(settingsOf(account, endpoint)), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    table,
    realSleeper,
  );

/** Makes a queue. */
export async function createQueue(account: string, attributes: Record<string, string> = {}): Promise<string> {
  const command = new CreateQueueCommand({ QueueName: `artefacts-${randomUUID()}`, Attributes: attributes });
  return (await new SQSClient(settingsOf(account)).send(command)).QueueUrl ?? "";
}

/** One hop in the emulator: both buckets, ledger, queue and dead letters. @param accounts The same for one account. */
export async function createHop(
  accounts: { readonly source: string; readonly target: string },
  endpoint?: string,
  persistence?: Persistence,
) {
  const { target: account } = accounts;
  const [source, target, table, queueUrl, deadUrl] = await Promise.all([
    createBucket(accounts.source, "source"),
    createBucket(account, "target"),
    createLedgerTable(account),
    createQueue(account),
    createQueue(account),
  ]);
  await letRead(source, account);
  const sqs = new SQSClient(settingsOf(account, endpoint));
  return {
    table,
    queueUrl,
    deadUrl,
    sqs,
    hop: { sourceEnvironment: "integration", targetEnvironment: "staging", source, target, filter: {}, grace: 0 },
    objects: new S3ObjectStore(s3Of(account, endpoint, persistence)),
    ledger: ledgerOf(account, table, endpoint),
    queue: new SqsPromotionQueue(sqs, queueUrl),
    deadLetters: new SqsDeadLetters(sqs, deadUrl, queueUrl),
    events: new EventBridgePublisher(new EventBridgeClient(settingsOf(account, endpoint)), "default"),
    identity: fixedIdentity({ id: "arn:ada", name: "ada" }),
    metrics: { count: () => undefined },
    log: { info: () => undefined, warn: () => undefined },
    maxReceives: 5,
    limits: DEFAULT_LIMITS,
    routes: { serverSideRefused: false },
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
  };
}
