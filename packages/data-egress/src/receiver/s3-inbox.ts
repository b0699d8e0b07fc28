import type { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { callAws } from "@slipway/aws-runtime";
import { Readable } from "node:stream";
import type { Inbox } from "./inbox";

/** A bucket, and the account that must own it. */
export interface InboxBucket {
  readonly name: string;
  readonly owner: string;
  /** Before every key; ends in `/` unless it is blank. */
  readonly prefix: string;
}

/** An inbox that is a bucket. An upload whose content fails is aborted, so that no object and no part of one stays. */
export class S3Inbox implements Inbox {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: InboxBucket,
  ) {}

  async save(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { name, owner, prefix } = this.bucket;
    const upload = new Upload({
      client: this.client,
      params: { Bucket: name, ExpectedBucketOwner: owner, Key: `${prefix}${path}`, Body: Readable.from(content) },
      queueSize: 2,
    });
    await callAws(`s3:PutObject ${name}`, () => upload.done());
  }
}
