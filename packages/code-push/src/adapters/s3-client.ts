import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

const silent = (): void => undefined;

/**
 * The client of the archives' bucket.
 *
 * Buckets are told apart by path where the endpoint is one machine, which has no name for each of them. The client's own
 * log is off: it warns on the console about each stream that it cannot send again, and `S3ArchiveStore` does that.
 */
export const createS3 = (settings: S3ClientConfig): S3Client =>
  new S3Client({
    ...settings,
    forcePathStyle: true,
    followRegionRedirects: true,
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
  });
