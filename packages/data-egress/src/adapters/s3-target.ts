import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError, statusOf } from "@slipway/aws-runtime";
import { createHash } from "node:crypto";
import { BytesDifferError, DestinationMissingError, SourceChangedError } from "../core/errors";
import type { SourceFile } from "../core/plan";
import type { Description, SourceStore, TargetPlace, TargetStore, Written } from "../core/ports";
import { inParts } from "./parts";
import { unquote } from "./s3-source";

/** Metadata of a target that tells which delivery it is of. */
const DELIVERY = "slipway-delivery";
/** Whoever owns the destination owns what is put there. */
const ACL = "bucket-owner-full-control";
/** Bytes of the largest object that S3 copies in one request. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

/** Destination buckets in S3. */
export class S3Target implements TargetStore {
  constructor(
    private readonly clientAs: (roleArn: string | undefined) => S3Client,
    /** To prove copies whose ETags prove nothing. */
    private readonly sources: Pick<SourceStore, "open">,
  ) {}

  async find({ bucket, key, roleArn }: TargetPlace, deliveryId: string): Promise<Written | undefined> {
    const object = { Bucket: bucket, Key: key };
    const client = this.clientAs(roleArn);
    try {
      const found = await callAws(`s3:GetObject ${bucket}/${key}`, () =>
        client.send(new HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" })),
      );
      if (found.Metadata?.[DELIVERY] !== deliveryId) return undefined;
      const sha256 = hexOf(found.ChecksumSHA256) ?? (await hashOf(client, object, found.ETag));
      return { sha256, bytes: found.ContentLength ?? 0, answer: answerOf(found) };
    } catch (error) {
      // A role that may only write cannot look either: then it is written again.
      if (isAwsError(error, "NotFound", "NoSuchKey", "AccessDeniedError")) return undefined;
      throw error;
    }
  }

  async copy(
    from: { readonly bucket: string; readonly file: SourceFile },
    place: TargetPlace,
    description: Description,
    deliveryId: string,
  ): Promise<Written | undefined> {
    const { bucket, file } = from;
    if (file.size > MAX_COPY_BYTES) return undefined;
    const version = file.versionId === undefined ? "" : `?versionId=${encodeURIComponent(file.versionId)}`;
    const command = new CopyObjectCommand({
      Bucket: place.bucket,
      Key: place.key,
      CopySource: `${encodeURIComponent(`${bucket}/${file.key}`)}${version}`,
      CopySourceIfMatch: `"${file.etag}"`,
      MetadataDirective: "REPLACE",
      ChecksumAlgorithm: "SHA256",
      ACL,
      ...fieldsOf(description, deliveryId),
    });
    try {
      const answer = await this.clientAs(place.roleArn).send(command);
      return await this.proven(from, place, answer);
    } catch (error) {
      if (statusOf(error) === 412) throw new SourceChangedError(bucket, file.key, "was written anew since the flag");
      if (isRefusal(error)) return undefined;
      return callAws(`s3:CopyObject ${place.bucket}/${place.key}`, () => Promise.reject(error));
    }
  }

  /** A copy is one only if its bytes are the source's: by MD5 where both ETags are one, or else by reading the source. */
  private async proven(
    { bucket, file }: { readonly bucket: string; readonly file: SourceFile },
    place: TargetPlace,
    answer: { readonly VersionId?: string; readonly CopyObjectResult?: { ETag?: string; ChecksumSHA256?: string } },
  ): Promise<Written> {
    const { ETag, ChecksumSHA256 } = answer.CopyObjectResult ?? {};
    const told = hexOf(ChecksumSHA256);
    const etag = unquote(ETag);
    const sameMd5 = /^[0-9a-f]{32}$/.test(etag) && etag === file.etag;
    const written = { bytes: file.size, answer: answerOf({ VersionId: answer.VersionId, ETag }) };
    if (sameMd5 && told !== undefined) return { ...written, sha256: told };
    const hash = createHash("sha256");
    for await (const chunk of (await this.sources.open(bucket, file)).body) hash.update(chunk);
    const sha256 = hash.digest("hex");
    if (!sameMd5 && told !== sha256) {
      throw new BytesDifferError(`s3://${place.bucket}/${place.key}`, "the copy is not proven to equal its source");
    }
    return { ...written, sha256 };
  }

  async write(
    place: TargetPlace,
    body: AsyncIterable<Uint8Array>,
    description: Description,
    deliveryId: string,
  ): Promise<Written> {
    const client = this.clientAs(place.roleArn);
    const target = { Bucket: place.bucket, Key: place.key };
    const fields = { ACL, ...fieldsOf(description, deliveryId) } as const;
    const parts = inParts(body);
    const { value: first = new Uint8Array() } = await parts.next();
    const second = await parts.next();
    try {
      if (second.done === true) return await putWhole(client, target, fields, first);
      return await putParts(client, target, fields, chain(first, second.value, parts));
    } catch (error) {
      throw isAwsError(error, "NoSuchBucket") ? new DestinationMissingError(place.bucket, { cause: error }) : error;
    }
  }
}

/** For objects that S3 keeps no digest of the whole of: those in parts, and some copies. */
async function hashOf(client: S3Client, object: Target, etag: string | undefined): Promise<string> {
  const command = new GetObjectCommand({ ...object, IfMatch: etag });
  const { Body } = await callAws(`s3:GetObject ${object.Bucket}/${object.Key}`, () => client.send(command));
  const hash = createHash("sha256");
  for await (const chunk of Body as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

type Target = { readonly Bucket: string; readonly Key: string };
type Fields = ReturnType<typeof fieldsOf> & { readonly ACL: typeof ACL };

async function putWhole(client: S3Client, target: Target, fields: Fields, body: Uint8Array): Promise<Written> {
  const hash = createHash("sha256").update(body).digest();
  // S3 refuses bytes that do not have this checksum.
  const command = new PutObjectCommand({
    ...target,
    ...fields,
    Body: body,
    ContentLength: body.length,
    ChecksumSHA256: hash.toString("base64"),
  });
  const answer = await callAws(`s3:PutObject ${target.Bucket}/${target.Key}`, () => client.send(command));
  return { sha256: hash.toString("hex"), bytes: body.length, answer: answerOf(answer) };
}

async function putParts(
  client: S3Client,
  target: Target,
  fields: Fields,
  parts: AsyncIterable<Uint8Array>,
): Promise<Written> {
  const action = `s3:PutObject ${target.Bucket}/${target.Key}`;
  const start = new CreateMultipartUploadCommand({ ...target, ...fields, ChecksumAlgorithm: "SHA256" });
  const { UploadId } = await callAws(action, () => client.send(start));
  const upload = { ...target, UploadId };
  try {
    const whole = createHash("sha256");
    const done: CompletedPart[] = [];
    let bytes = 0;
    for await (const part of parts) {
      whole.update(part);
      bytes += part.length;
      const checksum = createHash("sha256").update(part).digest("base64");
      const command = new UploadPartCommand({
        ...upload,
        PartNumber: done.length + 1,
        Body: part,
        ContentLength: part.length,
        ChecksumSHA256: checksum,
      });
      const { ETag } = await callAws(action, () => client.send(command));
      done.push({ PartNumber: done.length + 1, ETag, ChecksumSHA256: checksum });
    }
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } });
    const answer = await callAws(action, () => client.send(complete));
    return { sha256: whole.digest("hex"), bytes, answer: answerOf(answer) };
  } catch (error) {
    // The bucket's owner pays for parts of uploads that nobody ends; the error that led here is told, not this one.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

async function* chain(
  first: Uint8Array,
  second: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield second;
  yield* rest;
}

const fieldsOf = (description: Description, deliveryId: string) => ({
  Metadata: { ...description.metadata, [DELIVERY]: deliveryId },
  ContentType: description.contentType,
  ContentEncoding: description.contentEncoding,
  ContentDisposition: description.contentDisposition,
  ContentLanguage: description.contentLanguage,
  CacheControl: description.cacheControl,
});

/** S3 would not copy from there to here with these credentials; the bytes may still go through this process. */
const isRefusal = (error: unknown): boolean =>
  isAwsError(error, "AccessDenied", "Forbidden", "NoSuchBucket", "NotImplemented", "InvalidRequest", "NoSuchKey");

const answerOf = ({ VersionId, ETag }: { VersionId?: string | undefined; ETag?: string | undefined }): string =>
  [VersionId === undefined ? undefined : `version ${VersionId}`, `ETag ${unquote(ETag)}`].filter(Boolean).join(", ");

/** Hexadecimal; undefined for checksums made of parts' checksums, which say nothing about the whole. */
const hexOf = (base64: string | undefined): string | undefined =>
  base64 === undefined || base64.includes("-") ? undefined : Buffer.from(base64, "base64").toString("hex");
