import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, statusOf } from "@slipway/aws-runtime";
import { BucketNotFoundError } from "../core/errors";
import type { Bucket, ListedObject, ObjectVersion, StoredObject } from "../core/objects";
import type { PartRange } from "../core/parts";
import type {
  CopyOutcome,
  CopyRequest,
  CopySource,
  ListRequest,
  NewObject,
  ObjectStore,
  OpenOutcome,
  PartedUpload,
  UploadedPart,
  WriteCondition,
  WriteOutcome,
} from "../core/ports";
import { keepChains } from "./copy-chains";
import { quote, toRequestFields, toStored, toWritten } from "./s3-answers";
import { callBucket, conflictOf, isMissing, isTooLarge, refusalOf } from "./s3-errors";
import { listObjects, listVersions } from "./s3-listings";
import { conditionFields, copySourceFields, encryptionFields, type EncryptionFields } from "./s3-requests";
import { S3Uploads } from "./s3-uploads";

/** Objects in S3. Every request names the owner that its bucket must have. */
export class S3ObjectStore implements ObjectStore {
  private readonly uploads: S3Uploads;
  private readonly encryption: EncryptionFields;
  private readonly sendCopy: ReturnType<typeof keepChains>;

  /** @param keyArn KMS key for what is written. @default as the target bucket encrypts by itself */
  constructor(
    private readonly client: S3Client,
    keyArn?: string,
  ) {
    this.encryption = encryptionFields(keyArn);
    this.uploads = new S3Uploads(client, this.encryption);
    this.sendCopy = keepChains(client);
  }

  async assertBucket({ name, owner }: Bucket): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: owner });
    try {
      await callAws(`s3:ListBucket ${name}`, () => this.client.send(command));
    } catch (error) {
      throw statusOf(error) === 404 ? new BucketNotFoundError(name) : error;
    }
  }

  async head({ name, owner }: Bucket, key: string, versionId?: string): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({
      Bucket: name,
      Key: key,
      VersionId: versionId,
      ExpectedBucketOwner: owner,
      ChecksumMode: "ENABLED",
    });
    try {
      const answer = await callAws(`s3:GetObject ${name}/${key}`, () => this.client.send(command));
      return toStored(key, answer.ContentLength ?? 0, answer);
    } catch (error) {
      // A version that does not exist, or is a mark of deletion, is answered like this too.
      if (isMissing(error) || [404, 405].includes(statusOf(error) ?? 0)) return undefined;
      if (versionId !== undefined && statusOf(error) === 400) return undefined;
      throw error;
    }
  }

  async tags({ name, owner }: Bucket, key: string, versionId?: string): Promise<Readonly<Record<string, string>>> {
    const command = new GetObjectTaggingCommand({
      Bucket: name,
      Key: key,
      VersionId: versionId,
      ExpectedBucketOwner: owner,
    });
    const { TagSet = [] } = await callBucket("s3:GetObjectTagging", name, () => this.client.send(command));
    return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
  }

  async open({ bucket, key, versionId, etag }: CopySource, range?: PartRange): Promise<OpenOutcome> {
    const action = `s3:GetObject ${bucket.name}/${key}`;
    const command = new GetObjectCommand({
      Bucket: bucket.name,
      Key: key,
      VersionId: versionId,
      IfMatch: etag === undefined ? undefined : quote(etag),
      Range: range && `bytes=${range.first}-${range.last}`,
      ExpectedBucketOwner: bucket.owner,
      ChecksumMode: "ENABLED",
    });
    try {
      const { Body, ...answer } = await this.client.send(command);
      const object = toStored(key, answer.ContentLength ?? 0, answer, 0);
      return { kind: "open", opened: { object, body: translated(action, Body) } };
    } catch (error) {
      const conflict = conflictOf(error);
      if (conflict !== undefined) return conflict;
      if (isMissing(error)) return { kind: "missing" };
      return callBucket("s3:GetObject", bucket.name, () => Promise.reject(error));
    }
  }

  list(bucket: Bucket, request: ListRequest): AsyncIterable<readonly ListedObject[]> {
    return listObjects(this.client, bucket, request);
  }

  versions(bucket: Bucket, key: string, limit: number): Promise<readonly ObjectVersion[]> {
    return listVersions(this.client, bucket, key, limit);
  }

  async copy({ source, target, condition }: CopyRequest): Promise<CopyOutcome> {
    const command = new CopyObjectCommand({
      Bucket: target.name,
      Key: source.key,
      ExpectedBucketOwner: target.owner,
      ...copySourceFields(source),
      ...conditionFields(condition),
      ...this.encryption,
    });
    try {
      const answer = await this.sendCopy(command);
      const written = toWritten({ ...answer, ...answer.CopyObjectResult });
      return { kind: "written", written, sourceVersionId: answer.CopySourceVersionId };
    } catch (error) {
      return copyFailure(error, `s3:CopyObject ${target.name}/${source.key}`, condition);
    }
  }

  async put(
    target: Bucket,
    key: string,
    body: Uint8Array,
    made: NewObject,
    condition: WriteCondition,
  ): Promise<WriteOutcome> {
    const command = new PutObjectCommand({
      Bucket: target.name,
      Key: key,
      Body: body,
      ExpectedBucketOwner: target.owner,
      ChecksumAlgorithm: made.checksum,
      ...toRequestFields(made),
      ...conditionFields(condition),
      ...this.encryption,
    });
    try {
      return { kind: "written", written: toWritten(await this.client.send(command)) };
    } catch (error) {
      const conflict = conflictOf(error);
      if (conflict !== undefined) return conflict;
      if (isMissing(error)) return { kind: "conflict", retried: false };
      return callBucket("s3:PutObject", target.name, () => Promise.reject(error));
    }
  }

  startUpload(target: Bucket, key: string, made: NewObject): Promise<PartedUpload> {
    return this.uploads.startUpload(target, key, made);
  }

  copyPart(...args: Parameters<ObjectStore["copyPart"]>): ReturnType<ObjectStore["copyPart"]> {
    return this.uploads.copyPart(...args);
  }

  sendPart(upload: PartedUpload, number: number, body: Uint8Array): Promise<UploadedPart> {
    return this.uploads.sendPart(upload, number, body);
  }

  completeUpload(...args: Parameters<ObjectStore["completeUpload"]>): Promise<WriteOutcome> {
    return this.uploads.completeUpload(...args);
  }

  abortUpload(upload: PartedUpload): Promise<void> {
    return this.uploads.abortUpload(upload);
  }
}

/** What a copy that did not come about means. With a condition on the target, its own absence is a conflict. */
function copyFailure(error: unknown, action: string, condition: WriteCondition): CopyOutcome | Promise<CopyOutcome> {
  const outcome = conflictOf(error);
  if (outcome !== undefined) return outcome;
  if (isMissing(error))
    return condition.kind === "etag" ? { kind: "conflict", retried: false } : { kind: "source-missing" };
  if (isTooLarge(error)) return { kind: "too-large" };
  return refusalOf(error) ?? callAws(action, () => Promise.reject(error));
}

/** The bytes of an answer; what goes wrong underway is told like what goes wrong at the start. */
async function* translated(action: string, body: unknown): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Readable)) return;
  const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await callAws(action, () => chunks.next());
    if (next.done === true) return;
    if (next.value instanceof Uint8Array) yield next.value;
  }
}
