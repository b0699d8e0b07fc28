import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "@slipway/core";

/** How a private bucket is made. */
export interface PrivateBucketArgs {
  /** Physical name, when others must know it. @default chosen by Pulumi */
  readonly bucketName?: pulumi.Input<string> | undefined;
  /** ARN of the KMS key that it encrypts with. @default keys that S3 manages */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Whether it refuses deletion. */
  readonly guarded: boolean;
  /** Who may do what with it. The public may not, whatever this says. */
  readonly policy: (bucketArn: string) => PolicyDocument;
}

/** Days after which the parts of an upload that nobody finished are removed. */
const UNFINISHED_UPLOAD_DAYS = 7;

/** Creates a bucket that is versioned, encrypted and private. */
export function createPrivateBucket(
  name: string,
  { bucketName, kmsKeyArn, guarded, policy }: PrivateBucketArgs,
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
    { ...target, policy: bucket.arn.apply((arn) => JSON.stringify(policy(arn))) },
    // S3 refuses two changes of a bucket's access at once.
    { ...inBucket, dependsOn: block },
  );
  return bucket;
}
