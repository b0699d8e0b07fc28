import type * as aws from "@pulumi/aws";
import type { S3 } from "@aws-sdk/client-s3";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";
import { NO_BUCKET } from "./absent";

/** The region that S3 has no location constraint for. */
const FIRST_REGION = "us-east-1";

async function tagsOf(s3: S3, Bucket: string): Promise<Record<string, string> | undefined> {
  return fromTagList((await unlessAbsent(s3.getBucketTagging({ Bucket }), "NoSuchTagSet", NO_BUCKET))?.TagSet);
}

async function empty(s3: S3, Bucket: string): Promise<void> {
  for (;;) {
    const page = await s3.listObjectVersions({ Bucket });
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
  }
}

/** S3 bucket. Id: its name. */
export const bucket: ResourceType<aws.s3.BucketArgs, aws.s3.BucketState> = {
  token: "aws:s3/bucket:Bucket",
  inputs: {
    bucket: { replaces: true, computed: true },
    bucketPrefix: { replaces: true, carried: true },
    forceDestroy: { carried: true, default: false },
    tags: { kind: "map" },
  },
  outputs: ["arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName", "tagsAll"],
  autoName: { property: "bucket", maxLength: 63, lowerCase: true },
  identity: ["bucket"],

  async create({ clients, region }, inputs) {
    const constraint = region === FIRST_REGION ? undefined : { LocationConstraint: region as "eu-west-2" };
    await (await clients.s3()).createBucket({ Bucket: inputs.bucket, CreateBucketConfiguration: constraint });
    return String(inputs.bucket);
  },

  async settle({ clients }, id, { tags }) {
    if (tags === undefined) return;
    await (await clients.s3()).putBucketTagging({ Bucket: id, Tagging: { TagSet: toTagList(tags) } });
  },

  async read({ clients, partition }, id) {
    const s3 = await clients.s3();
    const found = await unlessAbsent(s3.headBucket({ Bucket: id }), "NotFound", NO_BUCKET);
    if (found === undefined) return undefined;
    const bucketRegion = found.BucketRegion ?? FIRST_REGION;
    return {
      arn: `arn:${partition}:s3:::${id}`,
      bucket: id,
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegion,
      bucketRegionalDomainName: `${id}.s3.${bucketRegion}.amazonaws.com`,
      tags: await tagsOf(s3, id),
    };
  },

  async update({ clients }, id, change) {
    const s3 = await clients.s3();
    const TagSet = toTagList(change.inputs.tags);
    // Both calls replace all tags, so one of them is enough.
    const put = () => (TagSet.length > 0 ? s3.putBucketTagging({ Bucket: id, Tagging: { TagSet } }) : clear());
    const clear = () => s3.deleteBucketTagging({ Bucket: id });
    await applyTags(change, put, put);
  },

  async delete({ clients }, id, { forceDestroy }) {
    const s3 = await clients.s3();
    if (forceDestroy === true) await unlessAbsent(empty(s3, id), NO_BUCKET);
    await unlessAbsent(s3.deleteBucket({ Bucket: id }), NO_BUCKET);
  },
};
