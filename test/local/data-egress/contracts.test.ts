import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { LEDGER_TABLE } from "@slipway/data-egress/contract";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoLedger } from "../../../packages/data-egress/src/adapters/dynamo-ledger";
import { S3Source } from "../../../packages/data-egress/src/adapters/s3-source";
import { S3Target } from "../../../packages/data-egress/src/adapters/s3-target";
import { S3Inbox } from "../../../packages/data-egress/src/receiver/s3-inbox";
import { bucketsContract } from "../../../packages/data-egress/test/contracts/buckets";
import { inboxContract } from "../../../packages/data-egress/test/contracts/inbox";
import { ledgerContract } from "../../../packages/data-egress/test/contracts/ledger";
import { createTable } from "../support/tables";

ledgerContract("DynamoDB", async () => {
  const client = new DynamoDBClient();
  const table = await createTable(client, "egress-ledger", LEDGER_TABLE);
  let at = Date.now();
  const marshallOptions = { removeUndefinedValues: true };
  // Jobs that are made in the same millisecond are in no order.
  return new DynamoLedger(DynamoDBDocumentClient.from(client, { marshallOptions }), table, {
    now: () => new Date((at += 1)),
  });
});

bucketsContract(
  "S3",
  async () => {
    const s3 = new S3Client({ forcePathStyle: true });
    const [source, target] = await Promise.all(["source", "target"].map((role) => createBucket(s3, role)));
    const sources = new S3Source(s3);
    return {
      source: source ?? "",
      target: target ?? "",
      sources,
      targets: new S3Target(() => s3, sources),
      put: async (Bucket, Key, Body, { metadata, contentType } = {}) => {
        const ContentLength = Buffer.byteLength(Body);
        const fields = { Bucket, Key, Body, ContentLength, Metadata: metadata, ContentType: contentType };
        await s3.send(new PutObjectCommand(fields));
      },
      delete: async (Bucket, Key) => {
        await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      },
      text: async (Bucket, Key) => {
        const found = await s3.send(new GetObjectCommand({ Bucket, Key })).catch(() => undefined);
        return found?.Body?.transformToString();
      },
      // S3 tells whole seconds.
      tick: async () => {
        const at = new Date();
        await pause(1000 - at.getMilliseconds() + 5);
        return at.toISOString();
      },
    };
  },
  2500,
);

async function createBucket(s3: S3Client, role: string): Promise<string> {
  const Bucket = `contract-${role}-${randomUUID().slice(0, 8)}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const versioned = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioned }));
  return Bucket;
}

describe("S3Inbox", () => {
  inboxContract(async () => {
    const s3 = new S3Client({ forcePathStyle: true });
    const Bucket = await createBucket(s3, "inbox");
    const owner = process.env["AWS_ACCESS_KEY_ID"] ?? "";
    const prefix = "received/";
    return {
      inbox: new S3Inbox(s3, { name: Bucket, owner, prefix }),
      paths: async () => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
        const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
        return [...Contents, ...Uploads].map(({ Key = "" }) => Key.slice(prefix.length)).sort();
      },
      read: async (path) => {
        const found = await s3.send(new GetObjectCommand({ Bucket, Key: `${prefix}${path}` })).catch(() => undefined);
        return found?.Body?.transformToString();
      },
      end: async () => s3.destroy(),
    };
  });
});
