import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ConformanceCase } from "../conformance-case";
import { policy } from "../world";

const queue: ConformanceCase<aws.sqs.QueueArgs> = {
  token: "aws:sqs/queue:Queue",
  args: ({ queueArn }) => ({
    visibilityTimeoutSeconds: 60,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 5 }),
    tags: { kind: "conformance" },
  }),
  updateWith: ({ queueArn }) => ({
    visibilityTimeoutSeconds: 90,
    messageRetentionSeconds: 1_209_600,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 3 }),
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const send = (principal: string, resource: string): string =>
  policy({ Action: "sqs:SendMessage", Principal: { Service: principal }, Resource: resource });

const queuePolicy: ConformanceCase<aws.sqs.QueuePolicyArgs> = {
  token: "aws:sqs/queuePolicy:QueuePolicy",
  args: ({ queueUrl, queueArn }) => ({ queueUrl, policy: queueArn.apply((arn) => send("sns.amazonaws.com", arn)) }),
  updateWith: ({ queueArn }) => ({ policy: queueArn.apply((arn) => send("events.amazonaws.com", arn)) }),
  replaceWith: ({ otherQueueUrl }) => ({ queueUrl: otherQueueUrl }),
};

const redriveAllowPolicy: ConformanceCase<aws.sqs.RedriveAllowPolicyArgs> = {
  token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  args: ({ queueUrl }) => ({ queueUrl, redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) }),
  updateWith: ({ otherQueueArn }) => ({
    redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [otherQueueArn] }),
  }),
  replaceWith: ({ otherQueueUrl }) => ({ queueUrl: otherQueueUrl }),
};

const topic: ConformanceCase<aws.sns.TopicArgs> = {
  token: "aws:sns/topic:Topic",
  args: () => ({ displayName: "first", tags: { kind: "conformance" } }),
  updateWith: () => ({ displayName: "second", tags: { kind: "changed" } }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const publish = (service: string, resource: string): string =>
  policy({ Action: "sns:Publish", Principal: { Service: service }, Resource: resource });

const topicPolicy: ConformanceCase<aws.sns.TopicPolicyArgs> = {
  token: "aws:sns/topicPolicy:TopicPolicy",
  args: ({ topicArn }) => ({ arn: topicArn, policy: topicArn.apply((arn) => publish("s3.amazonaws.com", arn)) }),
  updateWith: ({ topicArn }) => ({ policy: topicArn.apply((arn) => publish("events.amazonaws.com", arn)) }),
  replaceWith: ({ otherTopicArn }) => ({ arn: otherTopicArn }),
};

const subscription: ConformanceCase<aws.sns.TopicSubscriptionArgs> = {
  token: "aws:sns/topicSubscription:TopicSubscription",
  args: ({ topicArn, queueArn }) => ({ topic: topicArn, protocol: "sqs", endpoint: queueArn }),
  updateWith: () => ({ rawMessageDelivery: true, filterPolicy: JSON.stringify({ kind: ["release"] }) }),
  replaceWith: ({ otherQueueArn }) => ({ endpoint: otherQueueArn }),
};

/** Cases of queues and topics. */
export const messagingCases: readonly ConformanceCase[] = [
  queue,
  queuePolicy,
  redriveAllowPolicy,
  topic,
  topicPolicy,
  subscription,
];
