import type * as aws from "@pulumi/aws";
import type { ResourceType } from "../../resource-type";
import { documentText } from "../iam/documents";
import { queueAttributes, setQueueAttribute } from "./attributes";

/** Resource policy of an SQS queue. Id: the queue's URL. */
export const queuePolicy: ResourceType<aws.sqs.QueuePolicyArgs, aws.sqs.QueuePolicyState> = {
  token: "aws:sqs/queuePolicy:QueuePolicy",
  inputs: { policy: { required: true, kind: "policy" }, queueUrl: { required: true, replaces: true } },
  outputs: [],

  async create({ clients }, { queueUrl, policy }) {
    const Attributes = { Policy: documentText(policy) };
    await (await clients.sqs()).setQueueAttributes({ QueueUrl: queueUrl, Attributes });
    return queueUrl;
  },

  async read({ clients }, id) {
    const policy = (await queueAttributes(await clients.sqs(), id))?.["Policy"];
    return policy ? { policy, queueUrl: id } : undefined;
  },

  async update({ clients }, id, { inputs }) {
    const Attributes = { Policy: documentText(inputs.policy) };
    await (await clients.sqs()).setQueueAttributes({ QueueUrl: id, Attributes });
  },

  async delete({ clients }, id) {
    await setQueueAttribute(await clients.sqs(), id, "Policy", "");
  },
};
