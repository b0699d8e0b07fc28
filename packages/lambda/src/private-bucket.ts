import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "@slipway/core";

/** How a private bucket is made. */
export interface PrivateBucketArgs {
  /** Physical name, when others must know it. @default chosen by Pulumi */
  readonly bucketName?: pulumi.Input<string> | undefined;
  /** ARN of the KMS key that it encrypts with. @default keys that S3 manages */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Whether it refuses deletion. */
  readonly guarded: boolean;
  /** Who may do what with it. The public may not, whatever this says. May wait for what is made after the bucket. */
  readonly policy: (bucketArn: string) => pulumi.Input<PolicyDocument>;
  /** Days after which objects below a prefix are removed, and those that were overwritten with them. @default never */
  readonly expiry?: Readonly<Record<string, number>> | undefined;
}

/** Days after which the parts of an upload that nobody finished are removed. */
const UNFINISHED_UPLOAD_DAYS = 7;

/** Creates a bucket that is versioned, encrypted and private. */
export function createPrivateBucket(
  name: string,
  { bucketName, kmsKeyArn, guarded, policy, expiry = {} }: PrivateBucketArgs,
  parent: pulumi.Resource,
): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(
    `${name}-bucket`,
    { ...(bucketName === undefined ? {} : { bucket: bucketName }), forceDestroy: !guarded },
    { parent, protect: guarded },
  );
  const target = { bucket: bucket.bucket };
  const inBucket = { parent: bucket };
  new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...target, versioningConfiguration: { status: "Enabled" } },
    inBucket,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...target, rule: { objectOwnership: "BucketOwnerEnforced" } },
    inBucket,
  );
  const byDefault =
    kmsKeyArn === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...target,
      rules: [{ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled: kmsKeyArn !== undefined }],
    },
    inBucket,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...target,
      rules: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
        },
        ...Object.entries(expiry).map(([prefix, days]) => ({
          id: `expire-${prefix.replace(/[^A-Za-z0-9]+/g, "-")}`,
          status: "Enabled",
          filter: { prefix },
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays: days },
        })),
      ],
    },
    inBucket,
  );
  const block = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    { ...target, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    inBucket,
  );
  new aws.s3.BucketPolicy(
    `${name}-bucket-policy`,
    { ...target, policy: pulumi.jsonStringify(bucket.arn.apply(policy)) },
    // S3 refuses two changes of a bucket's access at once.
    { ...inBucket, dependsOn: block },
  );
  return bucket;
}
