import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError, ServiceUnreachableError, statusOf } from "@slipway/aws-runtime";
import { CodePushNotFoundError } from "../core/errors";
import type { ArchiveMetadata } from "../core/metadata";
import type { Archive, ArchiveStore, Bucket, ListedKey, StoredArchive, StoredText, TextCondition } from "../core/ports";

/** A stream can be sent once only, so that it is not the SDK that tries again. */
const ATTEMPTS = 3;

/** The bucket of archives, on S3. */
export class S3ArchiveStore implements ArchiveStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: Bucket,
  ) {}

  async find(key: string): Promise<StoredArchive | undefined> {
    const command = new HeadObjectCommand({ ...this.at(key), ChecksumMode: "ENABLED" });
    const found = await this.unlessMissing("s3:HeadObject", () => this.client.send(command));
    if (found === undefined) return undefined;
    const { ContentLength = 0, VersionId, ChecksumSHA256, Metadata = {} } = found;
    return { key, size: ContentLength, versionId: versionOf(VersionId), checksum: ChecksumSHA256, metadata: Metadata };
  }

  async putArchive(key: string, archive: Archive, metadata: ArchiveMetadata) {
    try {
      const { VersionId } = await this.upload(key, archive, metadata, { IfNoneMatch: "*" });
      return { kind: "stored", versionId: versionOf(VersionId) } as const;
    } catch (error) {
      if (isConflict(error)) return { kind: "exists" } as const;
      throw error;
    }
  }

  async replaceArchive(key: string, archive: Archive, metadata: ArchiveMetadata): Promise<string | undefined> {
    return versionOf((await this.upload(key, archive, metadata, {})).VersionId);
  }

  async readText(key: string): Promise<StoredText | undefined> {
    const found = await this.unlessMissing("s3:GetObject", async () => {
      const { Body, ETag = "" } = await this.client.send(new GetObjectCommand(this.at(key)));
      return { text: (await Body?.transformToString()) ?? "", etag: ETag };
    });
    return found;
  }

  async writeText(key: string, text: string, condition: TextCondition): Promise<"written" | "conflict"> {
    const when = condition.kind === "absent" ? { IfNoneMatch: "*" } : { IfMatch: condition.etag };
    const command = new PutObjectCommand({ ...this.at(key), ...when, Body: text, ContentType: "application/json" });
    try {
      await this.call("s3:PutObject", () => this.client.send(command));
      return "written";
    } catch (error) {
      // An object that is gone by now does not have the ETag that was asked for either.
      if (isConflict(error) || (condition.kind === "etag" && isMissing(error))) return "conflict";
      throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<readonly ListedKey[]> {
    let token: string | undefined;
    do {
      const { Bucket, ExpectedBucketOwner } = this.at("");
      const command = new ListObjectsV2Command({
        Bucket,
        ExpectedBucketOwner,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const { Contents = [], NextContinuationToken } = await this.call("s3:ListObjectsV2", () =>
        this.client.send(command),
      );
      yield Contents.map(({ Key = "", LastModified = new Date(0) }) => ({ key: Key, lastModified: LastModified }));
      token = NextContinuationToken;
    } while (token !== undefined);
  }

  private at(key: string) {
    return { Bucket: this.bucket.name, ExpectedBucketOwner: this.bucket.owner, Key: key };
  }

  private async upload(
    key: string,
    archive: Archive,
    metadata: ArchiveMetadata,
    condition: { IfNoneMatch?: string },
  ): Promise<PutObjectCommandOutput> {
    for (let attempt = 1; ; attempt += 1) {
      const command = new PutObjectCommand({
        ...this.at(key),
        ...condition,
        Body: archive.open() as unknown as NonNullable<PutObjectCommand["input"]["Body"]>,
        ContentLength: archive.size,
        ContentType: "application/zip",
        ChecksumSHA256: archive.checksum,
        Metadata: { ...metadata },
      });
      try {
        return await this.call("s3:PutObject", () => this.client.send(command));
      } catch (error) {
        if (attempt >= ATTEMPTS || !(error instanceof ServiceUnreachableError)) throw error;
      }
    }
  }

  private async unlessMissing<T>(action: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(action, call);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private async call<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await callAws(`${action} ${this.bucket.name}`, call);
    } catch (error) {
      if (isAwsError(error, "NoSuchBucket")) throw new CodePushNotFoundError(`${action} ${this.bucket.name}`);
      throw error;
    }
  }
}

const isMissing = (error: unknown): boolean => isAwsError(error, "NoSuchKey", "NotFound");
const isConflict = (error: unknown): boolean =>
  statusOf(error) === 412 || isAwsError(error, "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted");

/** The version of an object in a bucket that never had versions is `null`, which is no version to speak of. */
const versionOf = (id: string | undefined): string | undefined => (id === "null" ? undefined : id);
