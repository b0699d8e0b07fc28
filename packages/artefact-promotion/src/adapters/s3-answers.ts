import type { HeadObjectOutput } from "@aws-sdk/client-s3";
import { CHECKSUM_ALGORITHMS, type Checksum, type ObjectAttributes, type StoredObject } from "../core/objects";
import type { NewObject, Written } from "../core/ports";

/** The fields of an answer that tell of an object's bytes. */
interface Fields {
  readonly ETag?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
}

/** ETags are quoted in most answers and in no event. */
export const unquote = (etag: string | undefined): string => (etag ?? "").replace(/^"|"$/g, "");

/** As conditions want it. */
export const quote = (etag: string): string => `"${etag}"`;

/** The version of an object in a bucket that never had versions is `null`, which is no version to speak of. */
const versionOf = (id: string | undefined): string | undefined => (id === "null" ? undefined : id);

/** The checksums in an answer. */
export const checksumsOf = (answer: Fields): readonly Checksum[] =>
  CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = answer[`Checksum${algorithm}`];
    if (value === undefined) return [];
    const composite = answer.ChecksumType === "COMPOSITE" || value.includes("-");
    return [{ algorithm, value, scope: composite ? "composite" : "whole" } as const];
  });

/** What the answer to a write tells about what it made. */
export const toWritten = (answer: Fields): Written => ({
  etag: unquote(answer.ETag),
  versionId: versionOf(answer.VersionId),
  checksums: checksumsOf(answer),
  keyed: isKeyed(answer),
  lastModified: answer.LastModified,
});

/** What the answer to a HEAD or GET tells. @param tagCount What it means that the answer names no number of tags. */
export const toStored = (key: string, size: number, answer: HeadObjectOutput, tagCount?: number): StoredObject => ({
  key,
  size,
  etag: unquote(answer.ETag),
  versionId: versionOf(answer.VersionId),
  checksums: checksumsOf(answer),
  keyed: isKeyed(answer),
  lastModified: answer.LastModified ?? new Date(0),
  attributes: toAttributes(answer),
  tagCount: answer.TagCount ?? tagCount,
});

const isKeyed = ({ ServerSideEncryption, SSECustomerAlgorithm }: Fields): boolean =>
  SSECustomerAlgorithm !== undefined || (ServerSideEncryption ?? "").startsWith("aws:kms");

const toAttributes = (answer: HeadObjectOutput): ObjectAttributes => ({
  contentType: answer.ContentType,
  cacheControl: answer.CacheControl,
  contentDisposition: answer.ContentDisposition,
  contentEncoding: answer.ContentEncoding,
  contentLanguage: answer.ContentLanguage,
  expires: answer.ExpiresString,
  websiteRedirectLocation: answer.WebsiteRedirectLocation,
  metadata: answer.Metadata ?? {},
});

/** Attributes and tags as a request takes them. */
export function toRequestFields({ attributes, tags }: NewObject) {
  const { expires, metadata, ...rest } = attributes;
  const at = new Date(expires ?? "");
  const tagging = new URLSearchParams(tags).toString();
  return {
    ContentType: rest.contentType,
    CacheControl: rest.cacheControl,
    ContentDisposition: rest.contentDisposition,
    ContentEncoding: rest.contentEncoding,
    ContentLanguage: rest.contentLanguage,
    WebsiteRedirectLocation: rest.websiteRedirectLocation,
    // A header that is no date was never one to any cache.
    Expires: Number.isNaN(at.getTime()) ? undefined : at,
    Metadata: metadata,
    Tagging: tagging === "" ? undefined : tagging,
  };
}
