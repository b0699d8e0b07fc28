import type * as aws from "@pulumi/aws";
import type { CloudFront, FunctionConfig, FunctionRuntime } from "@aws-sdk/client-cloudfront";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";

type Args = Plain<aws.cloudfront.FunctionArgs>;

const ABSENT = "NoSuchFunctionExists";

const body = ({ code, comment, runtime, keyValueStoreAssociations: stores }: Args) => ({
  FunctionCode: Buffer.from(code),
  FunctionConfig: {
    Comment: comment ?? "",
    Runtime: runtime as FunctionRuntime,
    ...(stores !== undefined && {
      KeyValueStoreAssociations: {
        Quantity: stores.length,
        Items: stores.map((KeyValueStoreARN) => ({ KeyValueStoreARN })),
      },
    }),
  } satisfies FunctionConfig,
});

async function publish(cloudfront: CloudFront, Name: string, { publish: wanted }: Args): Promise<void> {
  if (wanted === false) return;
  const { ETag } = await cloudfront.describeFunction({ Name, Stage: "DEVELOPMENT" });
  await cloudfront.publishFunction({ Name, IfMatch: ETag });
}

/** Function that CloudFront runs at its edge. Id: its name. */
export const edgeFunction: ResourceType<aws.cloudfront.FunctionArgs, aws.cloudfront.FunctionState> = {
  token: "aws:cloudfront/function:Function",
  global: true,
  inputs: {
    code: { required: true },
    comment: {},
    keyValueStoreAssociations: {},
    name: { replaces: true, computed: true },
    publish: { carried: true, default: true },
    runtime: { required: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "etag", "liveStageEtag", "status", "tagsAll"],
  volatile: ["etag", "liveStageEtag", "status"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const Name = String(inputs.name);
    const Tags = { Items: toTagList(inputs.tags) };
    await (await clients.cloudfront()).createFunction({ Name, ...body(inputs), Tags });
    return Name;
  },

  async settle({ clients }, id, inputs) {
    await publish(await clients.cloudfront(), id, inputs);
  },

  async read({ clients }, id) {
    const cloudfront = await clients.cloudfront();
    const found = await unlessAbsent(cloudfront.describeFunction({ Name: id, Stage: "DEVELOPMENT" }), ABSENT);
    if (found?.FunctionSummary === undefined) return undefined;
    const live = await unlessAbsent(cloudfront.describeFunction({ Name: id, Stage: "LIVE" }), ABSENT);
    const { FunctionCode } = await cloudfront.getFunction({ Name: id, Stage: "DEVELOPMENT" });
    const { FunctionConfig: settings, FunctionMetadata: metadata, Status } = found.FunctionSummary;
    const Resource = metadata?.FunctionARN;
    const { Tags } = await cloudfront.listTagsForResource({ Resource });
    return {
      arn: Resource,
      code: Buffer.from(FunctionCode ?? []).toString(),
      comment: settings?.Comment ?? "",
      etag: found.ETag,
      keyValueStoreAssociations: settings?.KeyValueStoreAssociations?.Items?.map((item) =>
        String(item.KeyValueStoreARN),
      ),
      liveStageEtag: live?.ETag ?? "",
      name: id,
      runtime: settings?.Runtime,
      status: Status,
      tags: fromTagList(Tags?.Items),
    };
  },

  async update({ clients }, id, change) {
    const cloudfront = await clients.cloudfront();
    if (change.changed("code", "comment", "keyValueStoreAssociations", "runtime")) {
      const { ETag } = await cloudfront.describeFunction({ Name: id, Stage: "DEVELOPMENT" });
      await cloudfront.updateFunction({ Name: id, IfMatch: ETag, ...body(change.inputs) });
    }
    await publish(cloudfront, id, change.inputs);
    const Resource = change.state.arn;
    await applyTags(
      change,
      (tags) => cloudfront.tagResource({ Resource, Tags: { Items: toTagList(tags) } }),
      (Items) => cloudfront.untagResource({ Resource, TagKeys: { Items } }),
    );
  },

  async delete({ clients }, id) {
    const cloudfront = await clients.cloudfront();
    const found = await unlessAbsent(cloudfront.describeFunction({ Name: id, Stage: "DEVELOPMENT" }), ABSENT);
    if (found === undefined) return;
    await unlessAbsent(cloudfront.deleteFunction({ Name: id, IfMatch: found.ETag }), ABSENT);
  },
};
