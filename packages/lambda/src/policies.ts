import { policyDocument, type PolicyDocument, type PolicyStatement } from "@slipway/core";
import { arnParts, type ArnParts } from "./arn";

/** Lets one AWS service assume a role. */
export const trustService = (service: string): PolicyDocument =>
  policyDocument({
    Sid: "AssumedByService",
    Effect: "Allow",
    Principal: { Service: [service] },
    Action: ["sts:AssumeRole"],
  });

/** Lets EventBridge Scheduler assume a role, for schedules of the account's default group only. */
export const trustScheduler = ({ partition, region, account }: ArnParts): PolicyDocument =>
  policyDocument({
    Sid: "AssumedByScheduler",
    Effect: "Allow",
    Principal: { Service: ["scheduler.amazonaws.com"] },
    Action: ["sts:AssumeRole"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:SourceArn": `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`,
      },
    },
  });

/** Lets a function write its log and hand over events that it failed on. */
export const runFunction = (logGroupArn: string, deadLetterArn: string): PolicyDocument =>
  policyDocument(
    {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`${logGroupArn}:*`],
    },
    { Sid: "HandOverFailedEvents", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [deadLetterArn] },
  );

/** Lets a schedule invoke a function and hand over invocations that never reached it. */
export const runSchedule = (functionArn: string, deadLetterArn: string): PolicyDocument =>
  policyDocument(
    { Sid: "InvokeFunction", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [functionArn] },
    { Sid: "HandOverLostInvocations", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [deadLetterArn] },
  );

/** Lets a function take messages from the queue that feeds it. */
export const consumeQueue = (queueArn: string): PolicyDocument =>
  policyDocument({
    Sid: "ConsumeQueue",
    Effect: "Allow",
    Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    Resource: [queueArn],
  });

/** Who may send to a queue besides those that are granted it. */
export interface QueueSenders {
  /** ARNs of SNS topics. */
  readonly topics?: readonly string[] | undefined;
  /** ARNs of EventBridge rules. */
  readonly rules?: readonly string[] | undefined;
  /** ARNs of buckets, of the queue's own account. */
  readonly buckets?: readonly string[] | undefined;
}

/** For a queue: refuses everything that is not sent over TLS, and takes messages of these senders and of no others. */
export function receiveFrom(queueArn: string, { topics = [], rules = [], buckets = [] }: QueueSenders): PolicyDocument {
  return policyDocument(
    {
      Sid: "RefusePlainText",
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:*"],
      Resource: [queueArn],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...sendAs("ReceiveFromTopics", "sns.amazonaws.com", queueArn, topics),
    ...sendAs("ReceiveFromRules", "events.amazonaws.com", queueArn, rules),
    // The ARN of a bucket does not tell whose it is.
    ...sendAs("ReceiveFromBuckets", "s3.amazonaws.com", queueArn, buckets, arnParts(queueArn).account),
  );
}

function sendAs(
  Sid: string,
  service: string,
  queueArn: string,
  sources: readonly string[],
  account?: string,
): PolicyStatement[] {
  if (sources.length === 0) return [];
  const accounts = new Set(sources.map((arn) => account ?? arnParts(arn).account));
  return [
    {
      Sid,
      Effect: "Allow",
      Principal: { Service: [service] },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnEquals: { "aws:SourceArn": sources }, StringEquals: { "aws:SourceAccount": [...accounts] } },
    },
  ];
}
