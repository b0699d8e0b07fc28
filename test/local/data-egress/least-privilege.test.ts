import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateKeyCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateQueueCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { ENVIRONMENT, FLAG_NAME, LEDGER_TABLE, ROWS_TABLE } from "@slipway/data-egress/contract";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { s3Notification } from "@slipway/testing";
import { createCipheriv, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { connectService } from "../../../packages/data-egress/src/adapters/connection";
import { createHandleMessage } from "../../../packages/data-egress/src/handlers/handle-message";
import { LeaseWatch } from "../../../packages/data-egress/src/operations/lease-watch";
import { jobsSince } from "../../../packages/data-egress/src/operations/jobs-of-day";
import * as policies from "../../../packages/data-egress/src/policies";
import { trustPrincipals } from "../../../packages/release-tracker/src/policies";
import { needsEveryStatement, Party } from "../support/party";
import { createTable } from "../support/tables";

/** The recipient's bucket, and the role that writes to it, are in an account of their own. */
const { tools, production: theirs } = LOCAL_ACCOUNTS;
const arn = (service: string, resource: string) => `arn:aws:${service}:${LOCAL_REGION}:${tools}:${resource}`;

describe("least privilege of data egress", function () {
  this.timeout(120_000);
  const name = `least-${randomUUID().slice(0, 8)}`;
  const [s3, sqs, kms] = [new S3Client({ forcePathStyle: true }), new SQSClient(), new KMSClient()];
  let variables: Record<string, string>;
  let scope: policies.EgressScope;
  let keyId: string;
  let writer: Party;

  before(async () => {
    const dynamo = new DynamoDBClient();
    const rowsTable = await createTable(dynamo, name, { ...ROWS_TABLE, indexes: {} });
    const ledgerTable = await createTable(dynamo, name, LEDGER_TABLE);
    keyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    for (const role of ["source", "target"]) await createBucket(`${name}-${role}`, tools);
    await createBucket(`${name}-far`, theirs);
    const [queueUrl, lettersUrl] = await Promise.all(
      ["flags", "letters"].map(
        async (role) => (await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${role}` }))).QueueUrl ?? "",
      ),
    );
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const Value = JSON.stringify({ KeyId: "theirs", PublicKey: publicKey.export({ type: "spki", format: "pem" }) });
    await new SSMClient().send(new PutParameterCommand({ Name: `/${name}/key`, Type: "String", Value }));
    writer = await Party.create(theirs, "writer", trustPrincipals([tools]));
    await writer.allow({
      Version: "2012-10-17",
      Statement: [{ Sid: "Write", Effect: "Allow", Action: ["s3:*"], Resource: [`arn:aws:s3:::${name}-far/*`] }],
    });
    scope = {
      partition: "aws",
      region: LOCAL_REGION,
      account: tools,
      queueArn: arn("sqs", `${name}-flags`),
      deadLetterQueueArn: arn("sqs", `${name}-letters`),
      rowsTableArn: arn("dynamodb", `table/${rowsTable}`),
      ledgerTableArn: arn("dynamodb", `table/${ledgerTable}`),
      eventBusArn: arn("events", "event-bus/default"),
      sourceBuckets: [`${name}-source`],
      destinations: [{ bucket: `${name}-target`, prefix: "to/$TODAYS_DATE/" }],
      roleArns: [writer.roleArn],
      decryptKeyArns: [keyId],
      encryptKeyArns: [],
      manifestKeyArns: [keyId],
      keyParameters: [`/${name}/key`],
    };
    variables = {
      [ENVIRONMENT.name]: name,
      [ENVIRONMENT.queueUrl]: queueUrl ?? "",
      [ENVIRONMENT.deadLetterQueueUrl]: lettersUrl ?? "",
      [ENVIRONMENT.rowsTable]: rowsTable,
      [ENVIRONMENT.ledgerTable]: ledgerTable,
      [ENVIRONMENT.eventBus]: "default",
      [ENVIRONMENT.maxAttempts]: "1",
    };
    const marshallOptions = { removeUndefinedValues: true };
    const rows = DynamoDBDocumentClient.from(dynamo, { marshallOptions });
    for (const [pipeline, more] of Object.entries({
      plain: { destination_bucket: `${name}-target`, destination_prefix: "to/$TODAYS_DATE/", compress: true },
      open: {
        destination_bucket: `${name}-target`,
        destination_prefix: "to/$TODAYS_DATE/",
        decrypt: true,
        manifest_file_name: "manifest.gz",
        manifest_file_encryption: "encrypted",
        manifest_key_arn: keyId,
      },
      far: {
        destination_bucket: `${name}-far`,
        role_arn: writer.roleArn,
        rewrap_datakey: true,
        encrypting_key_ssm_parm_name: `/${name}/key`,
      },
    })) {
      const row = { source_prefix: `${pipeline}/`, pipeline_name: pipeline, source_bucket: `${name}-source` };
      const Item = { ...row, transfer_type: "S3", recipient_name: "R", destination_prefix: "", ...more };
      await rows.send(new PutCommand({ TableName: rowsTable, Item }));
    }
  });

  async function createBucket(Bucket: string, account: string): Promise<void> {
    const s3 = new S3Client({ forcePathStyle: true, credentials: { accessKeyId: account, secretAccessKey: "local" } });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }

  /** Puts a file that is encrypted as HTME does, and a flag. @returns the flag's notification. */
  async function putData(pipeline: string): Promise<string> {
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: "AES_256" }),
    );
    const iv = randomBytes(16);
    const cipher = createCipheriv("aes-256-ctr", Buffer.from(Plaintext ?? []), iv);
    const Body = Buffer.concat([cipher.update("text"), cipher.final()]);
    const Metadata = {
      iv: iv.toString("base64"),
      ciphertext: Buffer.from(CiphertextBlob ?? []).toString("base64"),
      datakeyencryptionkeyid: keyId,
    };
    const Bucket = `${name}-source`;
    const folder = `${pipeline}/${randomUUID()}/`;
    await s3.send(new PutObjectCommand({ Bucket, Key: `${folder}${randomUUID()}.enc`, Body, Metadata }));
    const key = `${folder}${FLAG_NAME}`;
    const { ETag = "", VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: Buffer.from("-") }));
    const at = new Date(Date.now() + 1000).toISOString();
    return s3Notification({ bucket: Bucket, key, size: 1, etag: ETag.replaceAll('"', ""), versionId: VersionId, at });
  }

  /** As a task: with the role's keys, and nothing remembered. What it complains about fails it. */
  async function handleOne(body: string, isLetter = false): Promise<void> {
    const QueueUrl = variables[ENVIRONMENT.queueUrl];
    // What a flow that was refused left there is not this one's.
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    const complaints: string[] = [];
    const log = {
      info: () => undefined,
      warn: (message: string, fields: object) => void complaints.push(`${message} ${JSON.stringify(fields)}`),
    };
    const deps = { ...connectService({ ...process.env, ...variables }), metrics: { count: () => undefined }, log };
    const { signal } = new AbortController();
    const message = await deps.queue.receive(signal);
    if (message === undefined) throw new Error("there is no message");
    await createHandleMessage(deps, new LeaseWatch(deps.stopwatch, 1000))(message, signal);
    await jobsSince(deps.ledger, "2024-12-31");
    if (complaints.length > 0 && !isLetter) throw new Error(complaints.join("\n"));
    const denied = complaints.find((each) => /access denied|not authorized/.test(each));
    if (denied !== undefined) throw new Error(denied);
  }

  it("of the tasks: every statement is needed", async () => {
    const task = await Party.create(tools, "task", trustPrincipals([tools]));
    const policy = policies.servicePolicy(scope);
    // Looking is a shortcut: who may not look writes again.
    const sids = policy.Statement.map(({ Sid }) => Sid).filter((sid) => sid !== "LookAtDestinations");
    await needsEveryStatement(
      task,
      policy,
      async () => {
        for (const pipeline of ["plain", "open", "far"]) {
          const body = await putData(pipeline);
          await task.act(() => handleOne(body));
        }
        const nobody = (await putData("plain")).replaceAll("plain", "nobody");
        await task.act(() => handleOne(nobody, true));
      },
      sids,
    );
  });
});
