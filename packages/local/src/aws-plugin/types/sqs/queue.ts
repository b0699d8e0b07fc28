import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { ABSENT, queueAttributes } from "./attributes";

type Args = Plain<aws.sqs.QueueArgs>;

/** Inputs that are attributes of the queue under another name; the value says how the text is read back. */
const ATTRIBUTES = {
  contentBasedDeduplication: ["ContentBasedDeduplication", (text: string) => text === "true"],
  deduplicationScope: ["DeduplicationScope", String],
  delaySeconds: ["DelaySeconds", Number],
  fifoThroughputLimit: ["FifoThroughputLimit", String],
  kmsDataKeyReusePeriodSeconds: ["KmsDataKeyReusePeriodSeconds", Number],
  kmsMasterKeyId: ["KmsMasterKeyId", String],
  maxMessageSize: ["MaximumMessageSize", Number],
  messageRetentionSeconds: ["MessageRetentionPeriod", Number],
  policy: ["Policy", String],
  receiveWaitTimeSeconds: ["ReceiveMessageWaitTimeSeconds", Number],
  redriveAllowPolicy: ["RedriveAllowPolicy", String],
  redrivePolicy: ["RedrivePolicy", String],
  sqsManagedSseEnabled: ["SqsManagedSseEnabled", (text: string) => text === "true"],
  visibilityTimeoutSeconds: ["VisibilityTimeout", Number],
} as const;

type AttributeInput = keyof typeof ATTRIBUTES;
const ATTRIBUTE_INPUTS = Object.keys(ATTRIBUTES) as AttributeInput[];

function toAttributes(inputs: Args, names: readonly AttributeInput[]): Record<string, string> {
  const given = names.filter((name) => inputs[name] !== undefined);
  return Object.fromEntries(given.map((name) => [ATTRIBUTES[name][0], String(inputs[name])]));
}

function fromAttributes(attributes: Readonly<Record<string, string>>): Partial<Plain<aws.sqs.QueueState>> {
  const entries = ATTRIBUTE_INPUTS.flatMap((name) => {
    const [attribute, read] = ATTRIBUTES[name];
    const text = attributes[attribute];
    return text === undefined ? [] : [[name, read(text)]];
  });
  return Object.fromEntries(entries);
}

/** SQS queue. Id: its URL. */
export const queue: ResourceType<aws.sqs.QueueArgs, aws.sqs.QueueState> = {
  token: "aws:sqs/queue:Queue",
  inputs: {
    contentBasedDeduplication: { default: false },
    deduplicationScope: { computed: true },
    delaySeconds: { default: 0 },
    fifoQueue: { replaces: true, default: false },
    fifoThroughputLimit: { computed: true },
    kmsDataKeyReusePeriodSeconds: { computed: true },
    kmsMasterKeyId: {},
    maxMessageSize: { computed: true },
    messageRetentionSeconds: { default: 345_600 },
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    policy: { kind: "policy", computed: true },
    receiveWaitTimeSeconds: { default: 0 },
    redriveAllowPolicy: { kind: "json", computed: true },
    redrivePolicy: { kind: "json" },
    sqsManagedSseEnabled: { computed: true },
    tags: { kind: "map" },
    visibilityTimeoutSeconds: { default: 30 },
  },
  outputs: ["arn", "url", "tagsAll"],
  autoName: { property: "name", maxLength: 80, suffix: ({ fifoQueue }) => (fifoQueue === true ? ".fifo" : "") },
  identity: ["name"],

  async create({ clients }, inputs) {
    const names = ATTRIBUTE_INPUTS.filter((name) => name !== "contentBasedDeduplication" || inputs.fifoQueue === true);
    const attributes = toAttributes(inputs, names);
    const { QueueUrl } = await (
      await clients.sqs()
    ).createQueue({
      QueueName: inputs.name,
      Attributes: { ...attributes, ...(inputs.fifoQueue === true && { FifoQueue: "true" }) },
      ...(inputs.tags !== undefined && { tags: inputs.tags }),
    });
    return QueueUrl ?? "";
  },

  async read({ clients }, id) {
    const sqs = await clients.sqs();
    const attributes = await queueAttributes(sqs, id);
    if (attributes === undefined) return undefined;
    const { Tags } = await sqs.listQueueTags({ QueueUrl: id });
    return {
      ...fromAttributes(attributes),
      arn: attributes["QueueArn"],
      url: id,
      name: id.split("/").at(-1),
      contentBasedDeduplication: attributes["ContentBasedDeduplication"] === "true",
      fifoQueue: attributes["FifoQueue"] === "true",
      tags: fromTagMap(Tags),
    };
  },

  async update({ clients }, id, change) {
    const sqs = await clients.sqs();
    const names = ATTRIBUTE_INPUTS.filter((name) => change.changed(name));
    const emptied = names.filter((name) => change.inputs[name] === undefined).map((name) => [ATTRIBUTES[name][0], ""]);
    const Attributes = { ...Object.fromEntries(emptied), ...toAttributes(change.inputs, names) };
    if (names.length > 0) await sqs.setQueueAttributes({ QueueUrl: id, Attributes });
    await applyTags(
      change,
      (Tags) => sqs.tagQueue({ QueueUrl: id, Tags }),
      (TagKeys) => sqs.untagQueue({ QueueUrl: id, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.sqs()).deleteQueue({ QueueUrl: id }), ...ABSENT);
  },
};
