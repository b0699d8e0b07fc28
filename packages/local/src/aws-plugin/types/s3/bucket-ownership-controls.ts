import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";

async function setOwnership({ clients }: Context, inputs: Plain<aws.s3.BucketOwnershipControlsArgs>): Promise<void> {
  const Rules = [{ ObjectOwnership: inputs.rule.objectOwnership as "BucketOwnerEnforced" }];
  await (await clients.s3()).putBucketOwnershipControls({ Bucket: inputs.bucket, OwnershipControls: { Rules } });
}

/** Who owns the objects of an S3 bucket. Id: the bucket's name. */
export const bucketOwnershipControls: ResourceType<
  aws.s3.BucketOwnershipControlsArgs,
  aws.s3.BucketOwnershipControlsState
> = {
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  inputs: { bucket: { required: true, replaces: true }, rule: { required: true, fields: { objectOwnership: true } } },
  outputs: [],

  async create(context, inputs) {
    await setOwnership(context, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getBucketOwnershipControls({ Bucket: id });
    const found = await unlessAbsent(call, "OwnershipControlsNotFoundError", NO_BUCKET);
    const objectOwnership = found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    return objectOwnership && { bucket: id, rule: { objectOwnership } };
  },

  async update(context, _id, { inputs }) {
    await setOwnership(context, inputs);
  },

  async delete({ clients }, id) {
    const call = (await clients.s3()).deleteBucketOwnershipControls({ Bucket: id });
    await unlessAbsent(call, "OwnershipControlsNotFoundError", NO_BUCKET);
  },
};
