import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";
import { policy } from "../world";

const bucket: ConformanceCase<aws.s3.BucketArgs> = {
  token: "aws:s3/bucket:Bucket",
  args: () => ({ forceDestroy: true, tags: { kind: "conformance" } }),
  updateWith: () => ({ tags: { kind: "changed", more: "yes" } }),
  replaceWith: () => ({ bucket: "conformance-replaced" }),
};

const versioning: ConformanceCase<aws.s3.BucketVersioningArgs> = {
  token: "aws:s3/bucketVersioning:BucketVersioning",
  args: ({ bucketName }) => ({ bucket: bucketName, versioningConfiguration: { status: "Enabled" } }),
  updateWith: () => ({ versioningConfiguration: { status: "Suspended" } }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

const publicAccessBlock: ConformanceCase<aws.s3.BucketPublicAccessBlockArgs> = {
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  args: ({ bucketName }) => ({ bucket: bucketName, blockPublicAcls: true }),
  updateWith: () => ({ blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

const ownershipControls: ConformanceCase<aws.s3.BucketOwnershipControlsArgs> = {
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  args: ({ bucketName }) => ({ bucket: bucketName, rule: { objectOwnership: "BucketOwnerPreferred" } }),
  updateWith: () => ({ rule: { objectOwnership: "BucketOwnerEnforced" } }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

const encryption: ConformanceCase<aws.s3.BucketServerSideEncryptionConfigurationArgs> = {
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  args: ({ bucketName }) => ({
    bucket: bucketName,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  }),
  updateWith: ({ keyId }) => ({
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyId },
        bucketKeyEnabled: true,
      },
    ],
  }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

const lifecycle: ConformanceCase<aws.s3.BucketLifecycleConfigurationArgs> = {
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  args: ({ bucketName }) => ({
    bucket: bucketName,
    rules: [{ id: "uploads", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
  }),
  updateWith: () => ({
    rules: [
      { id: "uploads", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
      {
        id: "old",
        status: "Enabled",
        filter: { prefix: "builds/" },
        expiration: { days: 30 },
        noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 3 },
      },
    ],
  }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

const read = (account: string, bucketName: string): string =>
  policy({
    Sid: "read",
    Action: "s3:GetObject",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Resource: `arn:aws:s3:::${bucketName}/*`,
  });

const bucketPolicy: ConformanceCase<aws.s3.BucketPolicyArgs> = {
  token: "aws:s3/bucketPolicy:BucketPolicy",
  args: ({ bucketName }) => ({ bucket: bucketName, policy: bucketName.apply((name) => read("111111111111", name)) }),
  updateWith: ({ bucketName }) => ({ policy: bucketName.apply((name) => read("222222222222", name)) }),
  replaceWith: ({ otherBucketName }) => ({
    bucket: otherBucketName,
    policy: otherBucketName.apply((name) => read("222222222222", name)),
  }),
};

const notification: ConformanceCase<aws.s3.BucketNotificationArgs> = {
  token: "aws:s3/bucketNotification:BucketNotification",
  args: ({ bucketName, functionArn }) => ({
    bucket: bucketName,
    lambdaFunctions: [{ id: "created", lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"] }],
  }),
  updateWith: ({ functionArn }) => ({
    eventbridge: true,
    lambdaFunctions: [
      {
        id: "created",
        lambdaFunctionArn: functionArn,
        events: ["s3:ObjectCreated:*"],
        filterPrefix: "builds/",
        filterSuffix: ".tgz",
      },
      { id: "removed", lambdaFunctionArn: functionArn, events: ["s3:ObjectRemoved:*"] },
    ],
  }),
  replaceWith: ({ otherBucketName }) => ({ bucket: otherBucketName }),
};

/** Cases of buckets and of what is set on them. */
export const bucketCases: readonly ConformanceCase[] = [
  bucket,
  versioning,
  publicAccessBlock,
  ownershipControls,
  encryption,
  lifecycle,
  bucketPolicy,
  notification,
];
