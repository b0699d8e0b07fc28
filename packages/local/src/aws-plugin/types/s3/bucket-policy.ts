import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { documentText } from "../iam/documents";
import { NO_BUCKET } from "./absent";

async function setPolicy({ clients }: Context, Bucket: string, policy: unknown): Promise<void> {
  await (await clients.s3()).putBucketPolicy({ Bucket, Policy: documentText(policy) });
}

/** Resource policy of an S3 bucket. Id: the bucket's name. */
export const bucketPolicy: ResourceType<aws.s3.BucketPolicyArgs, aws.s3.BucketPolicyState> = {
  token: "aws:s3/bucketPolicy:BucketPolicy",
  inputs: { bucket: { required: true, replaces: true }, policy: { required: true, kind: "policy" } },
  outputs: [],

  async create(context, { bucket, policy }) {
    await setPolicy(context, bucket, policy);
    return bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getBucketPolicy({ Bucket: id });
    const policy = (await unlessAbsent(call, "NoSuchBucketPolicy", NO_BUCKET))?.Policy;
    return policy === undefined ? undefined : { bucket: id, policy };
  },

  async update(context, id, { inputs }) {
    await setPolicy(context, id, inputs.policy);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.s3()).deleteBucketPolicy({ Bucket: id }), NO_BUCKET);
  },
};
