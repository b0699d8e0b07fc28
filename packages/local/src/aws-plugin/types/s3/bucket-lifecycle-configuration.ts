import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Context } from "../../context";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";
import { describedRule, lifecycleRule } from "./lifecycle-rules";

type Args = Plain<aws.s3.BucketLifecycleConfigurationArgs>;

async function put({ clients }: Context, { bucket, rules = [] }: Args): Promise<void> {
  const LifecycleConfiguration = { Rules: rules.map(lifecycleRule) };
  await (await clients.s3()).putBucketLifecycleConfiguration({ Bucket: bucket, LifecycleConfiguration });
}

/** When the objects of an S3 bucket expire. Id: the bucket's name. */
export const bucketLifecycleConfiguration: ResourceType<
  aws.s3.BucketLifecycleConfigurationArgs,
  aws.s3.BucketLifecycleConfigurationState
> = {
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: {
    bucket: { required: true, replaces: true },
    rules: {
      kind: "list",
      fields: {
        id: true,
        status: true,
        filter: { prefix: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: true },
        expiration: { days: true, expiredObjectDeleteMarker: true },
        noncurrentVersionExpiration: { noncurrentDays: true, newerNoncurrentVersions: true },
      },
    },
  },
  outputs: ["transitionDefaultMinimumObjectSize"],

  async create(context, inputs) {
    await put(context, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getBucketLifecycleConfiguration({ Bucket: id });
    const found = await unlessAbsent(call, "NoSuchLifecycleConfiguration", NO_BUCKET);
    return (
      found && {
        bucket: id,
        rules: (found.Rules ?? []).map(describedRule),
        transitionDefaultMinimumObjectSize: found.TransitionDefaultMinimumObjectSize,
      }
    );
  },

  async update(context, _id, { inputs }) {
    await put(context, inputs);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.s3()).deleteBucketLifecycle({ Bucket: id }), NO_BUCKET);
  },
};
