import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";
import { ABSENT } from "./absent";

type Args = Plain<aws.sns.TopicArgs>;

/** Inputs that are attributes of the topic under another name. */
const ATTRIBUTES = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
} as const;

type AttributeInput = keyof typeof ATTRIBUTES;
const ATTRIBUTE_INPUTS = Object.keys(ATTRIBUTES) as AttributeInput[];

function toAttributes(inputs: Args): Record<string, string> {
  const isFifo = inputs.fifoTopic === true;
  const given = ATTRIBUTE_INPUTS.filter((name) => inputs[name] && (isFifo || name !== "contentBasedDeduplication"));
  return {
    ...Object.fromEntries(given.map((name) => [ATTRIBUTES[name], String(inputs[name])])),
    ...(isFifo && { FifoTopic: "true" }),
  };
}

/** SNS topic. Id: its ARN. */
export const topic: ResourceType<aws.sns.TopicArgs, aws.sns.TopicState> = {
  token: "aws:sns/topic:Topic",
  inputs: {
    contentBasedDeduplication: { default: false },
    deliveryPolicy: { kind: "json" },
    displayName: {},
    fifoTopic: { replaces: true, default: false },
    kmsMasterKeyId: {},
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    policy: { kind: "policy", computed: true },
    signatureVersion: { computed: true },
    tags: { kind: "map" },
    tracingConfig: { computed: true },
  },
  outputs: ["arn", "owner", "beginningArchiveTime", "tagsAll"],
  autoName: { property: "name", maxLength: 256, suffix: ({ fifoTopic }) => (fifoTopic === true ? ".fifo" : "") },
  identity: ["name"],

  async create({ clients }, inputs) {
    const sns = await clients.sns();
    const Attributes = toAttributes(inputs);
    const { TopicArn } = await sns.createTopic({ Name: inputs.name, Attributes, Tags: toTagList(inputs.tags) });
    return TopicArn ?? "";
  },

  async read({ clients }, id) {
    const sns = await clients.sns();
    const found = (await unlessAbsent(sns.getTopicAttributes({ TopicArn: id }), ...ABSENT))?.Attributes;
    if (found === undefined) return undefined;
    const { Tags } = await sns.listTagsForResource({ ResourceArn: id });
    return {
      arn: id,
      name: id.split(":").at(-1),
      owner: found["Owner"],
      beginningArchiveTime: "",
      contentBasedDeduplication: found["ContentBasedDeduplication"] === "true",
      deliveryPolicy: found["DeliveryPolicy"],
      displayName: found["DisplayName"],
      fifoTopic: found["FifoTopic"] === "true",
      kmsMasterKeyId: found["KmsMasterKeyId"],
      policy: found["Policy"],
      signatureVersion: Number(found["SignatureVersion"] ?? 0),
      tags: fromTagList(Tags),
      tracingConfig: found["TracingConfig"],
    };
  },

  async update({ clients }, id, change) {
    const sns = await clients.sns();
    for (const name of ATTRIBUTE_INPUTS.filter((input) => change.changed(input))) {
      const AttributeValue = String(change.inputs[name] ?? "");
      await sns.setTopicAttributes({ TopicArn: id, AttributeName: ATTRIBUTES[name], AttributeValue });
    }
    await applyTags(
      change,
      (tags) => sns.tagResource({ ResourceArn: id, Tags: toTagList(tags) }),
      (TagKeys) => sns.untagResource({ ResourceArn: id, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.sns()).deleteTopic({ TopicArn: id }), ...ABSENT);
  },
};
