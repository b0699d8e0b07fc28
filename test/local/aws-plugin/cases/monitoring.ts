import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";

const logGroup: ConformanceCase<aws.cloudwatch.LogGroupArgs> = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  args: () => ({ retentionInDays: 7, tags: { kind: "conformance" } }),
  updateWith: () => ({ retentionInDays: 30, tags: { kind: "changed" } }),
  replaceWith: () => ({ name: "/conformance/replaced" }),
};

const metricAlarm: ConformanceCase<aws.cloudwatch.MetricAlarmArgs> = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  args: ({ topicArn }) => ({
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: "conformance" },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 300,
    alarmActions: [topicArn],
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({ threshold: 600, treatMissingData: "notBreaching", alarmDescription: "too old" }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const eventBus: ConformanceCase<aws.cloudwatch.EventBusArgs> = {
  token: "aws:cloudwatch/eventBus:EventBus",
  args: () => ({ tags: { kind: "conformance" } }),
  updateWith: () => ({ description: "second", tags: { kind: "changed" } }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

const eventRule: ConformanceCase<aws.cloudwatch.EventRuleArgs> = {
  token: "aws:cloudwatch/eventRule:EventRule",
  args: () => ({ eventPattern: JSON.stringify({ source: ["first"] }), tags: { kind: "conformance" } }),
  updateWith: () => ({
    eventPattern: JSON.stringify({ source: ["second"] }),
    description: "second",
    state: "DISABLED",
  }),
  replaceWith: ({ busName }) => ({ eventBusName: busName }),
};

const eventTarget: ConformanceCase<aws.cloudwatch.EventTargetArgs> = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  args: ({ busName, ruleName, queueArn }) => ({ eventBusName: busName, rule: ruleName, arn: queueArn }),
  updateWith: ({ otherQueueArn }) => ({
    arn: otherQueueArn,
    retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
  }),
  replaceWith: ({ otherRuleName }) => ({ rule: otherRuleName }),
  importId: ({ eventBusName, rule, targetId }) => `${eventBusName}/${rule}/${targetId}`,
};

const schedule: ConformanceCase<aws.scheduler.ScheduleArgs> = {
  token: "aws:scheduler/schedule:Schedule",
  args: ({ functionArn, roleArn }) => ({
    scheduleExpression: "rate(1 hour)",
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn: functionArn, roleArn, retryPolicy: { maximumRetryAttempts: 2 } },
  }),
  updateWith: () => ({ scheduleExpression: "rate(2 hours)", state: "DISABLED", description: "second" }),
  replaceWith: () => ({ name: "conformance-replaced" }),
};

/** Cases of logs, alarms, events and schedules. */
export const monitoringCases: readonly ConformanceCase[] = [
  logGroup,
  metricAlarm,
  eventBus,
  eventRule,
  eventTarget,
  schedule,
];
