import type * as aws from "@pulumi/aws";
import type { ResourceType } from "../../resource-type";
import { queueAttributes, setQueueAttribute } from "./attributes";

/** Which queues may use an SQS queue for dead letters. Id: the queue's URL. */
export const redriveAllowPolicy: ResourceType<aws.sqs.RedriveAllowPolicyArgs, aws.sqs.RedriveAllowPolicyState> = {
  token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  inputs: { queueUrl: { required: true, replaces: true }, redriveAllowPolicy: { required: true, kind: "json" } },
  outputs: [],

  async create({ clients }, { queueUrl, redriveAllowPolicy }) {
    const Attributes = { RedriveAllowPolicy: redriveAllowPolicy };
    await (await clients.sqs()).setQueueAttributes({ QueueUrl: queueUrl, Attributes });
    return queueUrl;
  },

  async read({ clients }, id) {
    const policy = (await queueAttributes(await clients.sqs(), id))?.["RedriveAllowPolicy"];
    return policy ? { redriveAllowPolicy: policy, queueUrl: id } : undefined;
  },

  async update({ clients }, id, { inputs }) {
    const Attributes = { RedriveAllowPolicy: inputs.redriveAllowPolicy };
    await (await clients.sqs()).setQueueAttributes({ QueueUrl: id, Attributes });
  },

  async delete({ clients }, id) {
    await setQueueAttribute(await clients.sqs(), id, "RedriveAllowPolicy", "");
  },
};
