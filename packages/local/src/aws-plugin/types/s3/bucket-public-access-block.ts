import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";

async function block({ clients }: Context, inputs: Plain<aws.s3.BucketPublicAccessBlockArgs>): Promise<void> {
  await (
    await clients.s3()
  ).putPublicAccessBlock({
    Bucket: inputs.bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: inputs.blockPublicAcls,
      BlockPublicPolicy: inputs.blockPublicPolicy,
      IgnorePublicAcls: inputs.ignorePublicAcls,
      RestrictPublicBuckets: inputs.restrictPublicBuckets,
    },
  });
}

/** What keeps an S3 bucket from being public. Id: the bucket's name. */
export const bucketPublicAccessBlock: ResourceType<
  aws.s3.BucketPublicAccessBlockArgs,
  aws.s3.BucketPublicAccessBlockState
> = {
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: {
    blockPublicAcls: { default: false },
    blockPublicPolicy: { default: false },
    bucket: { required: true, replaces: true },
    ignorePublicAcls: { default: false },
    restrictPublicBuckets: { default: false },
  },
  outputs: [],
  identity: ["bucket"],

  async create(context, inputs) {
    await block(context, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getPublicAccessBlock({ Bucket: id });
    const found = (await unlessAbsent(call, "NoSuchPublicAccessBlockConfiguration", NO_BUCKET))
      ?.PublicAccessBlockConfiguration;
    if (found === undefined) return undefined;
    return {
      bucket: id,
      blockPublicAcls: found.BlockPublicAcls ?? false,
      blockPublicPolicy: found.BlockPublicPolicy ?? false,
      ignorePublicAcls: found.IgnorePublicAcls ?? false,
      restrictPublicBuckets: found.RestrictPublicBuckets ?? false,
    };
  },

  async update(context, _id, { inputs }) {
    await block(context, inputs);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.s3()).deletePublicAccessBlock({ Bucket: id }), NO_BUCKET);
  },
};
