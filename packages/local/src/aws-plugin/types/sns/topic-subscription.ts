import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT } from "./absent";

type Args = Plain<aws.sns.TopicSubscriptionArgs>;

/** Inputs that are attributes of the subscription under another name. */
const ATTRIBUTES = {
  deliveryPolicy: "DeliveryPolicy",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
  subscriptionRoleArn: "SubscriptionRoleArn",
} as const;

type AttributeInput = keyof typeof ATTRIBUTES;
const ATTRIBUTE_INPUTS = Object.keys(ATTRIBUTES) as AttributeInput[];

const toAttributes = (inputs: Args): Record<string, string> =>
  Object.fromEntries(
    ATTRIBUTE_INPUTS.filter((name) => inputs[name]).map((name) => [ATTRIBUTES[name], String(inputs[name])]),
  );

/** Subscription to an SNS topic. Id: its ARN. */
export const topicSubscription: ResourceType<aws.sns.TopicSubscriptionArgs, aws.sns.TopicSubscriptionState> = {
  token: "aws:sns/topicSubscription:TopicSubscription",
  inputs: {
    confirmationTimeoutInMinutes: { carried: true, default: 1 },
    deliveryPolicy: { kind: "json" },
    endpoint: { required: true, replaces: true },
    endpointAutoConfirms: { carried: true, default: false },
    filterPolicy: { kind: "json" },
    filterPolicyScope: { computed: true },
    protocol: { required: true, replaces: true },
    rawMessageDelivery: { default: false },
    redrivePolicy: { kind: "json" },
    subscriptionRoleArn: {},
    topic: { required: true, replaces: true },
  },
  outputs: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
  identity: ["topic", "protocol", "endpoint"],

  async create({ clients }, inputs) {
    const { SubscriptionArn } = await (
      await clients.sns()
    ).subscribe({
      TopicArn: inputs.topic,
      Protocol: inputs.protocol,
      Endpoint: inputs.endpoint,
      Attributes: toAttributes(inputs),
      ReturnSubscriptionArn: true,
    });
    return SubscriptionArn ?? "";
  },

  async read({ clients }, id) {
    const sns = await clients.sns();
    const found = (await unlessAbsent(sns.getSubscriptionAttributes({ SubscriptionArn: id }), ...ABSENT))?.Attributes;
    if (found === undefined) return undefined;
    return {
      arn: id,
      confirmationWasAuthenticated: found["ConfirmationWasAuthenticated"] === "true",
      deliveryPolicy: found["DeliveryPolicy"],
      endpoint: found["Endpoint"],
      filterPolicy: found["FilterPolicy"],
      filterPolicyScope: found["FilterPolicyScope"],
      ownerId: found["Owner"],
      pendingConfirmation: found["PendingConfirmation"] === "true",
      protocol: found["Protocol"],
      rawMessageDelivery: found["RawMessageDelivery"] === "true",
      redrivePolicy: found["RedrivePolicy"],
      subscriptionRoleArn: found["SubscriptionRoleArn"],
      topic: found["TopicArn"],
    };
  },

  async update({ clients }, id, change) {
    const sns = await clients.sns();
    for (const name of ATTRIBUTE_INPUTS.filter((input) => change.changed(input))) {
      const fallback = name === "filterPolicy" ? "{}" : "";
      const AttributeValue = String(change.inputs[name] ?? fallback);
      await sns.setSubscriptionAttributes({ SubscriptionArn: id, AttributeName: ATTRIBUTES[name], AttributeValue });
    }
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.sns()).unsubscribe({ SubscriptionArn: id }), ...ABSENT);
  },
};
