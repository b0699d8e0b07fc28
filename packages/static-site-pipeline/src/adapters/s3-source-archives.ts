import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { AccessDeniedError, callAws, isAwsError, statusOf } from "@slipway/aws-runtime";
import { parsePointer, type Pointer } from "@slipway/code-push/archives";
import type { DeployLocation } from "../contract";
import { newestPointer, placesOf } from "../core/archive-places";
import type { ArchivedCommit, SourceArchives } from "../core/ports";

/** Archives in the buckets of code pushes. */
export class S3SourceArchives implements SourceArchives {
  /** @param account Account that must own the buckets. */
  constructor(
    private readonly s3: S3Client,
    private readonly buckets: readonly string[],
    private readonly account: string,
  ) {}

  async find(
    branch: Parameters<SourceArchives["find"]>[0],
    commit?: string,
    known?: ArchivedCommit,
  ): Promise<ArchivedCommit | undefined> {
    const places = placesOf(this.buckets, branch, known);
    if (commit === undefined) {
      const read = places.map(async ({ bucket, pointer }) => ({
        bucket,
        pointer: await this.pointer(bucket, pointer),
      }));
      return newestPointer(branch, await Promise.all(read));
    }
    for (const { bucket, archive } of places) {
      const found = await this.archive(bucket, archive(commit));
      if (found !== undefined) return { commit, archive: found };
    }
    return undefined;
  }

  private async pointer(bucket: string, key: string): Promise<Pointer | undefined> {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: this.account });
    const text = await unlessMissing(
      callAws(`s3:GetObject ${bucket}/${key}`, async () => (await this.s3.send(command)).Body?.transformToString()),
    );
    return text === undefined ? undefined : parsePointer(text);
  }

  private async archive(bucket: string, key: string): Promise<DeployLocation | undefined> {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner: this.account });
    const found = await unlessMissing(callAws(`s3:HeadObject ${bucket}/${key}`, () => this.s3.send(command)));
    if (found === undefined) return undefined;
    const version = found.VersionId === undefined ? {} : { version_id: found.VersionId };
    return { kind: "zip", bucket, key, ...version };
  }
}

/** Without the right to list, S3 answers 403 for what is not there. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const denied = error instanceof AccessDeniedError || statusOf(error) === 403;
    if (denied || statusOf(error) === 404 || isAwsError(error, "NoSuchKey", "NoSuchBucket", "NotFound"))
      return undefined;
    throw error;
  }
}
