import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { callAws } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import { releaseKey } from "../contract";
import { checkBuild } from "../core/deploy-build";
import type { ReleaseUploads } from "../core/ports";
import { withZipFile } from "./zip-reader";

/** Zips to release, in the bucket of artefacts. */
export class S3ReleaseUploads implements ReleaseUploads {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly account: string,
  ) {}

  async check(file: string, errorPage?: string): Promise<void> {
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) throw new InvalidInputError("zip", `${file} is no file`, "name the zip to release");
    // Whoever sends it learns at once what is wrong with it; the deploy step checks it again.
    await withZipFile(file, async (source) => checkBuild(await source.files(), errorPage));
  }

  async upload(siteId: string, file: string) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    const sum = hash.digest();
    const [key, { size }] = [releaseKey(siteId, sum.toString("hex")), await stat(file)];
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: size,
      ContentType: "application/zip",
      ChecksumSHA256: sum.toString("base64"),
      ExpectedBucketOwner: this.account,
    });
    const { VersionId } = await callAws(`s3:PutObject ${this.bucket}/${key}`, () => this.s3.send(command));
    const version = VersionId === undefined ? {} : { version_id: VersionId };
    return { kind: "zip" as const, bucket: this.bucket, key, ...version, sha256: sum.toString("hex") };
  }
}
