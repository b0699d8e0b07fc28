import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";

/** What the provider calls a bucket that never had versions; S3 has no word for it. */
const DISABLED = "Disabled";

async function setStatus({ clients }: Context, inputs: Plain<aws.s3.BucketVersioningArgs>): Promise<void> {
  const { status } = inputs.versioningConfiguration;
  if (status === DISABLED) return;
  await (
    await clients.s3()
  ).putBucketVersioning({ Bucket: inputs.bucket, VersioningConfiguration: { Status: status as "Enabled" } });
}

/** Versioning of an S3 bucket. Id: the bucket's name. */
export const bucketVersioning: ResourceType<aws.s3.BucketVersioningArgs, aws.s3.BucketVersioningState> = {
  token: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: {
    bucket: { required: true, replaces: true },
    versioningConfiguration: { required: true, fields: { status: true } },
  },
  outputs: [],

  async create(context, inputs) {
    await setStatus(context, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const found = await unlessAbsent((await clients.s3()).getBucketVersioning({ Bucket: id }), NO_BUCKET);
    return found && { bucket: id, versioningConfiguration: { status: found.Status ?? DISABLED } };
  },

  async update(context, _id, { inputs }) {
    await setStatus(context, inputs);
  },

  async delete(context, id, { versioningConfiguration }) {
    if (versioningConfiguration?.status !== "Enabled") return;
    // Versions cannot be switched off again, only suspended.
    await unlessAbsent(setStatus(context, { bucket: id, versioningConfiguration: { status: "Suspended" } }), NO_BUCKET);
  },
};
