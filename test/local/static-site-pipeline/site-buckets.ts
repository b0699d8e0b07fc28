import { randomUUID } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import type { SiteBucket } from "../../../packages/static-site-pipeline/src/core/deploy-ports";

/** An account that no environment has: an access key of twelve digits is the root of its account in the emulator. */
export const SITE_ACCOUNT = "777777777777";

/** Settings of a client of the account. @param endpoint e.g. a proxy's. */
export const siteSettings = (endpoint: string | undefined = process.env["AWS_ENDPOINT_URL"]) => ({
  endpoint,
  region: process.env["AWS_REGION"] ?? "eu-west-2",
  credentials: { accessKeyId: SITE_ACCOUNT, secretAccessKey: "emulator" },
});

/** An S3 client of the account. */
export const siteS3 = (endpoint?: string): S3Client =>
  new S3Client({ ...siteSettings(endpoint), forcePathStyle: true });

/** Makes a versioned bucket under a name of its own. */
export async function createSiteBucket(client: S3Client): Promise<SiteBucket> {
  const Bucket = `site-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return { name: Bucket, owner: SITE_ACCOUNT };
}

/** What is current under a key. */
export async function fetchObject(client: S3Client, bucket: SiteBucket, key: string) {
  try {
    const found = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
    const body = (await found.Body?.transformToString()) ?? "";
    return { body, contentType: found.ContentType ?? "", cacheControl: found.CacheControl ?? "" };
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}
