import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What sets an alarm apart from the others; they all look at one metric of one resource. */
interface AlarmArgs {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: "Sum" | "Maximum";
  readonly comparisonOperator: "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  /** Whether silence is a reason to alarm. */
  readonly treatMissingData: "notBreaching" | "breaching";
  /** ARNs that are told when the alarm goes off and when it ends. */
  readonly actions: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Creates a CloudWatch alarm. */
export function createAlarm(
  name: string,
  { description, actions, ...metric }: AlarmArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  const told = actions === undefined ? {} : { alarmActions: actions, okActions: actions };
  return new aws.cloudwatch.MetricAlarm(name, { ...metric, ...told, alarmDescription: description }, { parent });
}

const FIVE_MINUTES = 300;

/** Goes off when a function fails or is throttled. */
export function createFunctionAlarms(
  name: string,
  functionName: pulumi.Input<string>,
  actions: AlarmArgs["actions"],
  parent: pulumi.Resource,
): void {
  const signals = { errors: "Errors", throttles: "Throttles" } as const;
  for (const [role, metricName] of Object.entries(signals)) {
    createAlarm(
      `${name}-${role}`,
      {
        description: `${name}: ${role} in the last five minutes; its log says why`,
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: functionName },
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: FIVE_MINUTES,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        actions,
      },
      parent,
    );
  }
}

/** Three days: dead letters are kept for 14, so eleven are left to act. */
const OLDEST_DEAD_LETTER_SECONDS = 3 * 24 * 3600;

/** Goes off when a dead letter queue holds something, and again when nobody has looked at it for three days. */
export function createDeadLetterAlarms(
  name: string,
  queueName: pulumi.Input<string>,
  actions: AlarmArgs["actions"],
  parent: pulumi.Resource,
): void {
  const signals = {
    depth: {
      metricName: "ApproximateNumberOfMessagesVisible",
      threshold: 1,
      description: `${name}: an event could not be handled`,
    },
    age: {
      metricName: "ApproximateAgeOfOldestMessage",
      threshold: OLDEST_DEAD_LETTER_SECONDS,
      description: `${name}: an event that could not be handled has waited for three days`,
    },
  } as const;
  for (const [role, signal] of Object.entries(signals)) {
    createAlarm(
      `${name}-${role}`,
      {
        ...signal,
        namespace: "AWS/SQS",
        dimensions: { QueueName: queueName },
        statistic: "Maximum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: FIVE_MINUTES,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        actions,
      },
      parent,
    );
  }
}

/** Goes off when the oldest message of a queue has waited for too long: what should work on it does not keep up. */
export function createBacklogAlarm(
  name: string,
  queueName: pulumi.Input<string>,
  { minutes, actions }: { readonly minutes: number; readonly actions: AlarmArgs["actions"] },
  parent: pulumi.Resource,
): void {
  createAlarm(
    name,
    {
      description: `${name}: a message has waited for ${minutes} min; does its function fail, or is it throttled?`,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queueName },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: minutes * 60,
      period: FIVE_MINUTES,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      actions,
    },
    parent,
  );
}
