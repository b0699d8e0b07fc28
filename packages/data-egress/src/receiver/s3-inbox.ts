import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { Readable } from "node:stream";
import type { Content, Inbox } from "./inbox";

/** A bucket, and the account that must own it. */
export interface InboxBucket {
  readonly name: string;
  readonly owner: string;
  /** Before every key; ends in `/` unless it is blank. */
  readonly prefix: string;
}

/** Metadata with the digest: S3 keeps none of the whole of an object that comes in parts. */
const SHA256 = "slipway-sha256";

/** An inbox that is a bucket. An upload whose content fails is aborted, so that no object and no part of one stays. */
export class S3Inbox implements Inbox {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: InboxBucket,
  ) {}

  async save(path: string, content: AsyncIterable<Uint8Array>, { sha256 }: Content): Promise<void> {
    const upload = new Upload({
      client: this.client,
      params: { ...this.object(path), Body: Readable.from(content), Metadata: { [SHA256]: sha256 } },
      queueSize: 2,
    });
    await callAws(`s3:PutObject ${this.bucket.name}`, () => upload.done());
  }

  async find(path: string, { sha256 }: Content): Promise<number | undefined> {
    const command = new HeadObjectCommand(this.object(path));
    try {
      const found = await callAws(`s3:GetObject ${this.bucket.name}`, () => this.client.send(command));
      return found.Metadata?.[SHA256] === sha256 ? found.ContentLength : undefined;
    } catch (error) {
      // Whoever may not list a bucket is not told that an object is not there.
      if (isAwsError(error, "NotFound", "NoSuchKey", "AccessDeniedError")) return undefined;
      throw error;
    }
  }

  private object(path: string) {
    const { name, owner, prefix } = this.bucket;
    return { Bucket: name, ExpectedBucketOwner: owner, Key: `${prefix}${path}` };
  }
}
