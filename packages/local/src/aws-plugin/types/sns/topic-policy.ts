import type * as aws from "@pulumi/aws";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { documentText } from "../iam/documents";
import { ABSENT } from "./absent";

async function setPolicy({ clients }: Context, TopicArn: string, policy: unknown): Promise<void> {
  const AttributeValue = documentText(policy);
  await (await clients.sns()).setTopicAttributes({ TopicArn, AttributeName: "Policy", AttributeValue });
}

/** What AWS gives a topic without a policy of its own: its account may do everything. */
function ownersPolicy(topicArn: string, owner: string): string {
  const actions = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [...actions, "Subscribe", "ListSubscriptionsByTopic", "Publish"].map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
}

/** Resource policy of an SNS topic. Id: the topic's ARN. */
export const topicPolicy: ResourceType<aws.sns.TopicPolicyArgs, aws.sns.TopicPolicyState> = {
  token: "aws:sns/topicPolicy:TopicPolicy",
  inputs: { arn: { required: true, replaces: true }, policy: { required: true, kind: "policy" } },
  outputs: ["owner"],

  async create(context, { arn, policy }) {
    await setPolicy(context, arn, policy);
    return arn;
  },

  async read({ clients }, id) {
    const found = await unlessAbsent((await clients.sns()).getTopicAttributes({ TopicArn: id }), ...ABSENT);
    const attributes = found?.Attributes;
    if (attributes?.["Policy"] === undefined) return undefined;
    return { arn: id, owner: attributes["Owner"], policy: attributes["Policy"] };
  },

  async update(context, id, { inputs }) {
    await setPolicy(context, id, inputs.policy);
  },

  async delete(context, id) {
    const owner = id.split(":")[4] ?? "";
    await unlessAbsent(setPolicy(context, id, ownersPolicy(id, owner)), ...ABSENT);
  },
};
