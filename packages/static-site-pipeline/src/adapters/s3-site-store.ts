import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError, ServiceUnreachableError, statusOf } from "@slipway/aws-runtime";
import { SiteBucketNotFoundError } from "../core/deploy-errors";
import type {
  ObjectHeaders,
  SiteBucket,
  SiteStore,
  SiteText,
  SiteVersion,
  SourceFile,
  TextCondition,
  TextOutcome,
  VersionRef,
} from "../core/deploy-ports";
import {
  conditionFields,
  copySource,
  failureOf,
  isConflict,
  isMissing,
  isSelfCopy,
  toVersions,
} from "./s3-site-answers";

/** Larger files are streamed, which only this class can send again. */
const WHOLE = 8 * 1024 * 1024;
const ATTEMPTS = 3;
/** Objects that one request removes. */
const MOST_REMOVED = 1000;
const JSON_FIELDS = { ContentType: "application/json", CacheControl: "no-store" } as const;

/** The bucket of a site, on S3. */
export class S3SiteStore implements SiteStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: SiteBucket,
  ) {}

  async readText(key: string): Promise<SiteText | undefined> {
    return this.unlessMissing("s3:GetObject", async () => {
      const { Body, ETag = "" } = await this.client.send(new GetObjectCommand(this.at(key)));
      return { text: (await Body?.transformToString()) ?? "", etag: ETag };
    });
  }

  async writeText(key: string, text: string, condition?: TextCondition): Promise<TextOutcome> {
    const Body = Buffer.from(text);
    const fields = { ...this.at(key), ...JSON_FIELDS, ...conditionFields(condition), Body };
    const command = new PutObjectCommand({ ...fields, ChecksumAlgorithm: "CRC32" });
    try {
      const { ETag = "" } = await this.call("s3:PutObject", () => this.client.send(command));
      return { kind: "written", etag: ETag };
    } catch (error) {
      // An object that is gone by now does not have the ETag that was asked for either.
      if (isConflict(error) || (condition?.kind === "etag" && isMissing(error))) return { kind: "conflict" };
      throw error;
    }
  }

  async put(key: string, file: SourceFile, { contentType, cacheControl }: ObjectHeaders): Promise<string> {
    const fields = { ...this.at(key), ContentType: contentType, CacheControl: cacheControl };
    const body = { ContentLength: file.size, ChecksumSHA256: file.sha256 };
    if (file.size <= WHOLE) return this.send({ ...fields, ...body, Body: await wholeOf(file) });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const Body = (await file.open()) as PutObjectCommandInput["Body"];
        return await this.send({ ...fields, ...body, Body });
      } catch (error) {
        if (attempt >= ATTEMPTS || !(error instanceof ServiceUnreachableError)) throw error;
      }
    }
  }

  async restore(key: string, versionId: string): Promise<{ readonly versionId: string } | undefined> {
    const command = new CopyObjectCommand({
      ...this.at(key),
      CopySource: copySource(this.bucket.name, key, versionId),
      ExpectedSourceBucketOwner: this.bucket.owner,
    });
    try {
      return await this.unlessMissing("s3:CopyObject", async () => {
        const { VersionId } = await this.client.send(command);
        return { versionId: VersionId ?? "" };
      });
    } catch (error) {
      // It is current already: S3 does not copy an object over itself.
      if (isSelfCopy(error)) return { versionId };
      throw error;
    }
  }

  async head(key: string): Promise<{ readonly versionId: string } | undefined> {
    return this.unlessMissing("s3:HeadObject", async () => {
      const { VersionId = "" } = await this.client.send(new HeadObjectCommand(this.at(key)));
      return { versionId: VersionId };
    });
  }

  async remove(objects: readonly VersionRef[]): Promise<void> {
    for (let start = 0; start < objects.length; start += MOST_REMOVED) {
      const Objects = objects
        .slice(start, start + MOST_REMOVED)
        .map(({ key, versionId }) => ({ Key: key, ...(versionId !== undefined && { VersionId: versionId }) }));
      const { Bucket, ExpectedBucketOwner } = this.at("");
      const command = new DeleteObjectsCommand({ Bucket, ExpectedBucketOwner, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await this.call("s3:DeleteObjects", () => this.client.send(command));
      const failure = failureOf(this.bucket.name, Errors);
      if (failure !== undefined) throw failure;
    }
  }

  async *versions(prefix: string): AsyncGenerator<readonly SiteVersion[]> {
    const { Bucket, ExpectedBucketOwner } = this.at("");
    let [KeyMarker, VersionIdMarker] = [undefined, undefined] as (string | undefined)[];
    do {
      const fields = { Bucket, ExpectedBucketOwner, Prefix: prefix, KeyMarker, VersionIdMarker };
      const command = new ListObjectVersionsCommand(fields);
      const page = await this.call("s3:ListObjectVersions", () => this.client.send(command));
      yield toVersions(page);
      [KeyMarker, VersionIdMarker] = [page.NextKeyMarker, page.NextVersionIdMarker];
      if (page.IsTruncated !== true) return;
    } while (KeyMarker !== undefined);
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const { Bucket, ExpectedBucketOwner } = this.at("");
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const fields = { Bucket, ExpectedBucketOwner, Prefix: prefix, Delimiter: "/", ContinuationToken };
      const page = await this.call("s3:ListObjectsV2", () => this.client.send(new ListObjectsV2Command(fields)));
      names.push(...(page.CommonPrefixes ?? []).map((each) => (each.Prefix ?? "").slice(prefix.length, -1)));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return names;
  }

  private async send(fields: PutObjectCommandInput): Promise<string> {
    const { VersionId } = await this.call("s3:PutObject", () => this.client.send(new PutObjectCommand(fields)));
    return VersionId ?? "";
  }

  private at(key: string) {
    return { Bucket: this.bucket.name, ExpectedBucketOwner: this.bucket.owner, Key: key };
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
      if (!isAwsError(error, "NoSuchBucket") || statusOf(error) !== 404) throw error;
      throw new SiteBucketNotFoundError(this.bucket.name, { cause: error });
    }
  }
}

async function wholeOf(file: SourceFile): Promise<Uint8Array> {
  if (file.read !== undefined) return file.read();
  const chunks: Uint8Array[] = [];
  for await (const chunk of await file.open()) chunks.push(chunk as Uint8Array);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
