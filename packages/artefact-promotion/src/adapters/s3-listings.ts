import { ListObjectVersionsCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { Bucket, ListedObject, ObjectVersion } from "../core/objects";
import type { ListRequest } from "../core/ports";
import { unquote } from "./s3-answers";
import { callBucket } from "./s3-errors";

/** Keys come as in a form's data, since XML has no place for some of the characters that they may have. */
const decode = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

/** Current objects, page by page. */
export async function* listObjects(
  client: S3Client,
  { name, owner }: Bucket,
  { prefix, after }: ListRequest,
): AsyncGenerator<readonly ListedObject[]> {
  const pages = paginateListObjectsV2(
    { client },
    { Bucket: name, ExpectedBucketOwner: owner, Prefix: prefix, StartAfter: after, EncodingType: "url" },
  )[Symbol.asyncIterator]();
  for (;;) {
    const next = await callBucket("s3:ListBucket", name, () => pages.next());
    if (next.done === true) return;
    yield (next.value.Contents ?? []).map(({ Key = "", ETag, Size = 0, LastModified = new Date(0) }) => ({
      key: decode(Key),
      etag: unquote(ETag),
      size: Size,
      lastModified: LastModified,
    }));
  }
}

/** Versions of one object, latest first. */
export async function listVersions(
  client: S3Client,
  { name, owner }: Bucket,
  key: string,
  limit: number,
): Promise<readonly ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined && found.length < limit) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: name,
      ExpectedBucketOwner: owner,
      Prefix: key,
      EncodingType: "url",
      ...marker,
    });
    const page = await callBucket("s3:ListBucketVersions", name, () => client.send(command));
    const own = (page.Versions ?? []).filter(({ Key = "" }) => decode(Key) === key);
    found.push(
      ...own.map(({ ETag, Size = 0, LastModified = new Date(0), VersionId = "null", IsLatest = false }) => ({
        key,
        etag: unquote(ETag),
        size: Size,
        lastModified: LastModified,
        versionId: VersionId,
        current: IsLatest,
      })),
    );
    // Longer keys come after all versions of this one.
    const more = page.IsTruncated === true && page.NextKeyMarker !== undefined && decode(page.NextKeyMarker) === key;
    marker = more ? { KeyMarker: key, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
  return found.slice(0, limit);
}
