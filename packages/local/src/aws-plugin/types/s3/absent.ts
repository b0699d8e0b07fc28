/** Name under which S3 says that a bucket does not exist. */
export const NO_BUCKET = "NoSuchBucket";
