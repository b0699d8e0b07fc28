import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { callAws, statusOf } from "@slipway/aws-runtime";
import { archiveKey, type DeployLocation } from "../contract";
import type { BuildOutputs } from "../core/ports";

/** What builds archived, in the bucket of artefacts. */
export class S3BuildOutputs implements BuildOutputs {
  /** @param account Account that must own the bucket. */
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly account: string,
  ) {}

  async find(siteId: string, number: number): Promise<DeployLocation | undefined> {
    const { bucket } = this;
    const key = archiveKey(siteId, number);
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: this.account });
    try {
      const { VersionId } = await callAws(`s3:HeadObject ${bucket}/${key}`, () => this.s3.send(command));
      return { kind: "zip", bucket, key, ...(VersionId !== undefined && { version_id: VersionId }) };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
}
