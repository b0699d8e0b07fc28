import type { Bucket } from "../core/objects";
import type { CopySource, WriteCondition } from "../core/ports";
import { quote } from "./s3-answers";

/** Fields that make S3 encrypt with a key; none of them for the bucket's own default. */
export interface EncryptionFields {
  readonly ServerSideEncryption?: "aws:kms";
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** Encryption with this key, or as the bucket does by default. */
export const encryptionFields = (keyArn: string | undefined): EncryptionFields =>
  keyArn === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn, BucketKeyEnabled: true };

/** The condition on the target of a write. */
export const conditionFields = (condition: WriteCondition): { IfNoneMatch: string } | { IfMatch: string } =>
  condition.kind === "absent" ? { IfNoneMatch: "*" } : { IfMatch: quote(condition.etag) };

/** The source of a server-side copy, and what must be true of it. */
export const copySourceFields = ({ bucket, key, versionId, etag }: CopySource) => ({
  CopySource: copySource(bucket, key, versionId),
  CopySourceIfMatch: etag === undefined ? undefined : quote(etag),
  ExpectedSourceBucketOwner: bucket.owner,
});

const copySource = ({ name }: Bucket, key: string, versionId: string | undefined): string => {
  const path = encodeURIComponent(`${name}/${key}`);
  return versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`;
};
