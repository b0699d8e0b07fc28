import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { UnfitBuildError, UnsafeZipError } from "../core/deploy-errors";
import type { SiteSource } from "../core/deploy-ports";
import type { ZipLocation, ZipReader } from "../core/zip-ports";
import { ZIP_LIMITS, type ZipLimits } from "../core/zip-check";
import { withZipFile } from "./zip-reader";

/** Zips in S3. One is on the disk of this process for as long as it is lent. */
export class S3ZipReader implements ZipReader {
  constructor(
    private readonly client: S3Client,
    private readonly limits: ZipLimits = ZIP_LIMITS,
  ) {}

  async withZip<T>(location: ZipLocation, use: (source: SiteSource) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-zip-"));
    try {
      const file = join(folder, "site.zip");
      await this.download(location, file);
      return await withZipFile(file, use, this.limits);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async download({ bucket, owner, key, versionId }: ZipLocation, file: string): Promise<void> {
    const fields = { Bucket: bucket, Key: key, ExpectedBucketOwner: owner, ChecksumMode: "ENABLED" } as const;
    const command = new GetObjectCommand({ ...fields, ...(versionId !== undefined && { VersionId: versionId }) });
    try {
      await callAws(`s3:GetObject ${bucket}`, async () => {
        const { Body, ContentLength = 0 } = await this.client.send(command);
        if (ContentLength > this.limits.packed) {
          (Body as Readable | undefined)?.destroy();
          throw new UnsafeZipError("too-large", `the zip has ${ContentLength} bytes`);
        }
        await pipeline(Body as Readable, createWriteStream(file, { mode: 0o600 }));
      });
    } catch (error) {
      if (!isAwsError(error, "NoSuchKey", "NoSuchVersion", "NoSuchBucket")) throw error;
      throw new UnfitBuildError(`${key} is not in ${bucket}`);
    }
  }
}
