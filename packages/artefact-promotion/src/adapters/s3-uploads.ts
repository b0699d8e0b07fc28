import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import type { Bucket, ChecksumAlgorithm } from "../core/objects";
import type { PartRange } from "../core/parts";
import type {
  CopySource,
  NewObject,
  PartedUpload,
  PartOutcome,
  UploadedPart,
  WriteCondition,
  WriteOutcome,
} from "../core/ports";
import { toRequestFields, toWritten, unquote } from "./s3-answers";
import { callBucket, conflictOf, isMissing, refusalOf } from "./s3-errors";
import { conditionFields, copySourceFields, type EncryptionFields } from "./s3-requests";

/** Only these can be worked out for a whole object from its parts; source: S3's guide on checking object integrity. */
const WHOLE_FROM_PARTS: ReadonlySet<ChecksumAlgorithm> = new Set(["CRC64NVME", "CRC32", "CRC32C"]);

/** Uploads in parts, with a checksum over the whole object. */
export class S3Uploads {
  constructor(
    private readonly client: S3Client,
    private readonly encryption: EncryptionFields,
  ) {}

  async startUpload(target: Bucket, key: string, made: NewObject): Promise<PartedUpload> {
    const checksum = made.checksum !== undefined && WHOLE_FROM_PARTS.has(made.checksum) ? made.checksum : "CRC64NVME";
    const command = new CreateMultipartUploadCommand({
      Bucket: target.name,
      Key: key,
      ExpectedBucketOwner: target.owner,
      ChecksumAlgorithm: checksum,
      ChecksumType: "FULL_OBJECT",
      ...toRequestFields(made),
      ...this.encryption,
    });
    const { UploadId = "" } = await callBucket("s3:CreateMultipartUpload", target.name, () =>
      this.client.send(command),
    );
    return { target, key, id: UploadId, checksum };
  }

  async copyPart(upload: PartedUpload, source: CopySource, range: PartRange): Promise<PartOutcome> {
    const command = new UploadPartCopyCommand({
      ...addressOf(upload),
      PartNumber: range.number,
      CopySourceRange: `bytes=${range.first}-${range.last}`,
      ...copySourceFields(source),
    });
    try {
      const { CopyPartResult = {} } = await this.client.send(command);
      return { kind: "part", part: toPart(range.number, CopyPartResult) };
    } catch (error) {
      const outcome = conflictOf(error) ?? refusalOf(error);
      if (outcome !== undefined) return outcome;
      if (isMissing(error)) return { kind: "conflict", retried: false };
      return callAws(`s3:UploadPartCopy ${upload.target.name}/${upload.key}`, () => Promise.reject(error));
    }
  }

  async sendPart(upload: PartedUpload, number: number, body: Uint8Array): Promise<UploadedPart> {
    const command = new UploadPartCommand({
      ...addressOf(upload),
      PartNumber: number,
      Body: body,
      ChecksumAlgorithm: upload.checksum,
    });
    const answer = await callBucket("s3:UploadPart", upload.target.name, () => this.client.send(command));
    return toPart(number, answer);
  }

  async completeUpload(
    upload: PartedUpload,
    parts: readonly UploadedPart[],
    condition: WriteCondition,
  ): Promise<WriteOutcome> {
    const command = new CompleteMultipartUploadCommand({
      ...addressOf(upload),
      ChecksumType: "FULL_OBJECT",
      MultipartUpload: {
        Parts: parts.map(({ number, etag, checksums }) => ({ PartNumber: number, ETag: etag, ...checksums })),
      },
      ...conditionFields(condition),
    });
    try {
      return { kind: "written", written: toWritten(await this.client.send(command)) };
    } catch (error) {
      // An upload that is gone may be one whose completion was carried out, and only the answer was lost.
      if (isAwsError(error, "NoSuchUpload")) return { kind: "conflict", retried: true };
      const conflict = conflictOf(error);
      if (conflict !== undefined) return conflict;
      if (isMissing(error)) return { kind: "conflict", retried: false };
      return callBucket("s3:CompleteMultipartUpload", upload.target.name, () => Promise.reject(error));
    }
  }

  async abortUpload(upload: PartedUpload): Promise<void> {
    const command = new AbortMultipartUploadCommand(addressOf(upload));
    try {
      await callBucket("s3:AbortMultipartUpload", upload.target.name, () => this.client.send(command));
    } catch (error) {
      if (!isAwsError(error, "NoSuchUpload")) throw error;
    }
  }
}

const addressOf = ({ target, key, id }: PartedUpload) => ({
  Bucket: target.name,
  Key: key,
  UploadId: id,
  ExpectedBucketOwner: target.owner,
});

const PART_CHECKSUMS = ["ChecksumCRC64NVME", "ChecksumCRC32", "ChecksumCRC32C"] as const;

function toPart(
  number: number,
  answer: { readonly ETag?: string | undefined } & Partial<Record<(typeof PART_CHECKSUMS)[number], string | undefined>>,
): UploadedPart {
  const checksums = PART_CHECKSUMS.flatMap((name) => {
    const value = answer[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { number, etag: unquote(answer.ETag), checksums: Object.fromEntries(checksums) };
}
