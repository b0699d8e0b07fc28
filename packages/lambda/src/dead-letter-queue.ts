import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createDeadLetterAlarms } from "./alarms";
import { receiveFrom } from "./policies";

/** The longest that SQS keeps a message: 14 days. */
const RETENTION_SECONDS = 14 * 24 * 3600;

/** What a dead letter queue may be given beside its name. */
export interface DeadLetterQueueArgs {
  /** ARNs that its alarms tell. @default alarms change state and tell nobody */
  readonly alarmActions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** ARNs of SNS topics whose failed deliveries it takes. @default none */
  readonly topicArns?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Creates an encrypted queue for events that could not be handled, with its alarms. */
export function createDeadLetterQueue(
  name: string,
  { alarmActions, topicArns = [] }: DeadLetterQueueArgs,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: RETENTION_SECONDS, sqsManagedSseEnabled: true },
    { parent },
  );
  new aws.sqs.QueuePolicy(
    `${name}-policy`,
    {
      queueUrl: queue.url,
      policy: pulumi.all([queue.arn, topicArns]).apply(([arn, topics]) => JSON.stringify(receiveFrom(arn, { topics }))),
    },
    { parent },
  );
  createDeadLetterAlarms(name, queue.name, alarmActions, parent);
  return queue;
}
