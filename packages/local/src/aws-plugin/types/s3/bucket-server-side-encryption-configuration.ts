import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";

type Args = Plain<aws.s3.BucketServerSideEncryptionConfigurationArgs>;

async function encrypt({ clients }: Context, { bucket, rules }: Args): Promise<void> {
  const Rules = rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
    BucketKeyEnabled: bucketKeyEnabled,
    ApplyServerSideEncryptionByDefault: byDefault && {
      SSEAlgorithm: byDefault.sseAlgorithm as "AES256",
      KMSMasterKeyID: byDefault.kmsMasterKeyId,
    },
  }));
  const request = { Bucket: bucket, ServerSideEncryptionConfiguration: { Rules } };
  await (await clients.s3()).putBucketEncryption(request);
}

/** How an S3 bucket encrypts by default. Id: the bucket's name. */
export const bucketServerSideEncryptionConfiguration: ResourceType<
  aws.s3.BucketServerSideEncryptionConfigurationArgs,
  aws.s3.BucketServerSideEncryptionConfigurationState
> = {
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  inputs: {
    bucket: { required: true, replaces: true },
    rules: {
      required: true,
      fields: {
        applyServerSideEncryptionByDefault: { kmsMasterKeyId: true, sseAlgorithm: true },
        bucketKeyEnabled: true,
      },
    },
  },
  outputs: [],

  async create(context, inputs) {
    await encrypt(context, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getBucketEncryption({ Bucket: id });
    const found = await unlessAbsent(call, "ServerSideEncryptionConfigurationNotFoundError", NO_BUCKET);
    const rules = found?.ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
      bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "AES256",
        kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? "",
      },
    }));
    return rules && { bucket: id, rules };
  },

  async update(context, _id, { inputs }) {
    await encrypt(context, inputs);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.s3()).deleteBucketEncryption({ Bucket: id }), NO_BUCKET);
  },
};
