import type * as aws from "@pulumi/aws";
import type { Event, NotificationConfiguration, NotificationConfigurationFilter } from "@aws-sdk/client-s3";
import { unlessAbsent } from "../../errors";
import type { Context } from "../../context";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { NO_BUCKET } from "./absent";

type Args = Plain<aws.s3.BucketNotificationArgs>;

/** What the notifications of all kinds of destination have in common. */
interface Wanted {
  readonly id?: string | undefined;
  readonly events: string[];
  readonly filterPrefix?: string | undefined;
  readonly filterSuffix?: string | undefined;
}

interface Configured {
  readonly Id?: string | undefined;
  readonly Events: Event[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

function configured({ id, events, filterPrefix, filterSuffix }: Wanted) {
  const FilterRules = [
    ...(filterPrefix ? [{ Name: "prefix" as const, Value: filterPrefix }] : []),
    ...(filterSuffix ? [{ Name: "suffix" as const, Value: filterSuffix }] : []),
  ];
  const filter = FilterRules.length > 0 ? { Filter: { Key: { FilterRules } } } : {};
  return { Id: id, Events: events as Event[], ...filter };
}

function described({ Id, Events, Filter }: Configured) {
  const valueOf = (name: string): string | undefined =>
    Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value;
  return { id: Id, events: Events ?? [], filterPrefix: valueOf("prefix"), filterSuffix: valueOf("suffix") };
}

const toConfiguration = ({ topics, queues, lambdaFunctions, eventbridge }: Args): NotificationConfiguration => ({
  TopicConfigurations: topics?.map((topic) => ({ ...configured(topic), TopicArn: topic.topicArn })),
  QueueConfigurations: queues?.map((queue) => ({ ...configured(queue), QueueArn: queue.queueArn })),
  LambdaFunctionConfigurations: lambdaFunctions?.map((lambda) => ({
    ...configured(lambda),
    LambdaFunctionArn: lambda.lambdaFunctionArn,
  })),
  ...(eventbridge === true && { EventBridgeConfiguration: {} }),
});

async function put({ clients }: Context, Bucket: string, inputs?: Args): Promise<void> {
  const NotificationConfiguration = inputs === undefined ? {} : toConfiguration(inputs);
  await (await clients.s3()).putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
}

const common = { id: true, events: true, filterPrefix: true, filterSuffix: true } as const;

/** ALL notifications of an S3 bucket. Id: the bucket's name. */
export const bucketNotification: ResourceType<aws.s3.BucketNotificationArgs, aws.s3.BucketNotificationState> = {
  token: "aws:s3/bucketNotification:BucketNotification",
  inputs: {
    bucket: { required: true, replaces: true },
    eventbridge: { default: false },
    lambdaFunctions: { fields: { ...common, lambdaFunctionArn: true } },
    queues: { fields: { ...common, queueArn: true } },
    topics: { fields: { ...common, topicArn: true } },
  },
  outputs: [],
  identity: ["bucket"],

  async create(context, inputs) {
    await put(context, inputs.bucket, inputs);
    return inputs.bucket;
  },

  async read({ clients }, id) {
    const call = (await clients.s3()).getBucketNotificationConfiguration({ Bucket: id });
    const found = await unlessAbsent(call, NO_BUCKET);
    if (found === undefined) return undefined;
    return {
      bucket: id,
      eventbridge: found.EventBridgeConfiguration !== undefined,
      lambdaFunctions: found.LambdaFunctionConfigurations?.map((each) => ({
        ...described(each),
        lambdaFunctionArn: each.LambdaFunctionArn,
      })),
      queues: found.QueueConfigurations?.map((each) => ({ ...described(each), queueArn: each.QueueArn ?? "" })),
      topics: found.TopicConfigurations?.map((each) => ({ ...described(each), topicArn: each.TopicArn ?? "" })),
    };
  },

  async update(context, id, { inputs }) {
    await put(context, id, inputs);
  },

  async delete(context, id) {
    await unlessAbsent(put(context, id), NO_BUCKET);
  },
};
