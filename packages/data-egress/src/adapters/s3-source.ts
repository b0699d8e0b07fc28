import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type HeadObjectCommandOutput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError, statusOf } from "@slipway/aws-runtime";
import { createHash } from "node:crypto";
import { BytesDifferError, EgressNotFoundError, SourceChangedError } from "../core/errors";
import { AsOf } from "../core/listing";
import type { SourceFile } from "../core/plan";
import type { Description, OpenedFile, SourceStore } from "../core/ports";

/** What S3 calls the version of an object that has none. */
const UNVERSIONED = "null";

/** Source buckets in S3. */
export class S3Source implements SourceStore {
  constructor(private readonly client: S3Client) {}

  async list(bucket: string, prefix: string, at: string): Promise<readonly SourceFile[]> {
    const asOf = new AsOf(at);
    let page: ListObjectVersionsCommandOutput | undefined;
    do {
      const command = new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: page?.NextKeyMarker,
        VersionIdMarker: page?.NextVersionIdMarker,
      });
      page = await callBucket(`s3:ListObjectVersions ${bucket}`, () => this.client.send(command));
      for (const { Key = "", VersionId, Size = 0, ETag, LastModified, IsLatest = false } of page.Versions ?? []) {
        const file = { key: Key, versionId: versionOf(VersionId), size: Size, etag: unquote(ETag) };
        asOf.add({ ...file, lastModified: LastModified?.toISOString() ?? "", deleted: false, latest: IsLatest });
      }
      for (const { Key = "", LastModified, IsLatest = false } of page.DeleteMarkers ?? []) {
        const mark = { key: Key, size: 0, etag: "", lastModified: LastModified?.toISOString() ?? "" };
        asOf.add({ ...mark, deleted: true, latest: IsLatest });
      }
    } while (page.IsTruncated === true);
    return asOf.files();
  }

  async describe(bucket: string, file: SourceFile): Promise<Description> {
    const command = new HeadObjectCommand(pinned(bucket, file));
    return descriptionOf(await this.read("s3:GetObject", bucket, file, () => this.client.send(command)));
  }

  async open(bucket: string, file: SourceFile): Promise<OpenedFile> {
    const md5 = /^[0-9a-f]{32}$/.test(file.etag) ? file.etag : undefined;
    const command = new GetObjectCommand({
      ...pinned(bucket, file),
      // Where the ETag proves nothing, the SDK compares the checksum that S3 keeps.
      ...(md5 === undefined && { ChecksumMode: "ENABLED" }),
    });
    const answer = await this.read("s3:GetObject", bucket, file, () => this.client.send(command));
    const keyed = answer.ServerSideEncryption?.startsWith("aws:kms") ?? false;
    const body = answer.Body as AsyncIterable<Uint8Array>;
    return { ...descriptionOf(answer), body: verified(body, bucket, file, keyed ? undefined : md5) };
  }

  private async read<T>(action: string, bucket: string, { key }: SourceFile, call: () => Promise<T>): Promise<T> {
    try {
      return await callBucket(`${action} ${bucket}/${key}`, call);
    } catch (error) {
      if (statusOf(error) === 412) throw new SourceChangedError(bucket, key, "was written anew since the flag");
      if (isAwsError(error, "NoSuchKey", "NoSuchVersion", "NotFound")) {
        throw new SourceChangedError(bucket, key, "is gone");
      }
      throw error;
    }
  }
}

/** Calls S3 about a bucket, which may not be there. */
async function callBucket<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await callAws(action, call);
  } catch (error) {
    throw isAwsError(error, "NoSuchBucket") ? new EgressNotFoundError(action, { cause: error }) : error;
  }
}

/** The bytes of a file, as long as they are those of the plan. */
async function* verified(
  body: AsyncIterable<Uint8Array>,
  bucket: string,
  { key, size }: SourceFile,
  md5: string | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = md5 === undefined ? undefined : createHash("md5");
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    hash?.update(chunk);
    yield chunk;
  }
  const what = `s3://${bucket}/${key}`;
  if (seen !== size) throw new BytesDifferError(what, `ended after ${seen} of ${size} bytes`);
  if (hash !== undefined && hash.digest("hex") !== md5)
    throw new BytesDifferError(what, "its bytes changed on the way");
}

const versionOf = (id: string | undefined): string | undefined => (id === UNVERSIONED ? undefined : id);

const pinned = (bucket: string, { key, versionId, etag }: SourceFile) => ({
  Bucket: bucket,
  Key: key,
  IfMatch: `"${etag}"`,
  ...(versionId !== undefined && { VersionId: versionId }),
});

export const unquote = (etag: string | undefined): string => (etag ?? "").replace(/^"|"$/g, "");

const descriptionOf = (answer: Partial<HeadObjectCommandOutput>): Description => ({
  metadata: answer.Metadata ?? {},
  contentType: answer.ContentType,
  contentEncoding: answer.ContentEncoding,
  contentDisposition: answer.ContentDisposition,
  contentLanguage: answer.ContentLanguage,
  cacheControl: answer.CacheControl,
});
