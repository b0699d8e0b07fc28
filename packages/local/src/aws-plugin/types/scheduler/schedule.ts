import type * as aws from "@pulumi/aws";
import type { CreateScheduleCommandInput, Target } from "@aws-sdk/client-scheduler";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";

type Args = Plain<aws.scheduler.ScheduleArgs>;

const ABSENT = "ResourceNotFoundException";
const DEFAULT_GROUP = "default";

/** Dates arrive as `2026-01-02T03:04:05Z`. */
const toDate = (text: string | undefined): Date | undefined => (text ? new Date(text) : undefined);
const fromDate = (date: Date | undefined): string | undefined => date?.toISOString().replace(/\.\d{3}Z$/, "Z");

const toTarget = (target: Args["target"]): Target => ({
  Arn: target.arn,
  RoleArn: target.roleArn,
  Input: target.input,
  DeadLetterConfig: target.deadLetterConfig && { Arn: target.deadLetterConfig.arn },
  EventBridgeParameters: target.eventbridgeParameters && {
    DetailType: target.eventbridgeParameters.detailType,
    Source: target.eventbridgeParameters.source,
  },
  RetryPolicy: target.retryPolicy && {
    MaximumEventAgeInSeconds: target.retryPolicy.maximumEventAgeInSeconds,
    MaximumRetryAttempts: target.retryPolicy.maximumRetryAttempts,
  },
  SqsParameters: target.sqsParameters && { MessageGroupId: target.sqsParameters.messageGroupId },
});

const request = (inputs: Args): CreateScheduleCommandInput => ({
  Name: inputs.name,
  GroupName: inputs.groupName,
  ActionAfterCompletion: inputs.actionAfterCompletion as "NONE" | undefined,
  Description: inputs.description,
  EndDate: toDate(inputs.endDate),
  FlexibleTimeWindow: {
    Mode: inputs.flexibleTimeWindow.mode as "OFF",
    MaximumWindowInMinutes: inputs.flexibleTimeWindow.maximumWindowInMinutes,
  },
  KmsKeyArn: inputs.kmsKeyArn,
  ScheduleExpression: inputs.scheduleExpression,
  ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
  StartDate: toDate(inputs.startDate),
  State: inputs.state as "ENABLED",
  Target: toTarget(inputs.target),
});

function parseId(id: string): { GroupName: string; Name: string } {
  const [GroupName = "", Name = ""] = id.split("/");
  return { GroupName, Name };
}

function describedTarget(target: Target | undefined): Args["target"] {
  const { DeadLetterConfig, EventBridgeParameters, RetryPolicy, SqsParameters } = target ?? {};
  return {
    arn: target?.Arn ?? "",
    roleArn: target?.RoleArn ?? "",
    input: target?.Input,
    deadLetterConfig: DeadLetterConfig?.Arn ? { arn: DeadLetterConfig.Arn } : undefined,
    eventbridgeParameters: EventBridgeParameters && {
      detailType: EventBridgeParameters.DetailType ?? "",
      source: EventBridgeParameters.Source ?? "",
    },
    retryPolicy: {
      maximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      maximumRetryAttempts: RetryPolicy?.MaximumRetryAttempts ?? 185,
    },
    sqsParameters: SqsParameters && { messageGroupId: SqsParameters.MessageGroupId },
  };
}

/** EventBridge Scheduler schedule. Id: `group/name`. */
export const schedule: ResourceType<aws.scheduler.ScheduleArgs, aws.scheduler.ScheduleState> = {
  token: "aws:scheduler/schedule:Schedule",
  inputs: {
    actionAfterCompletion: { computed: true },
    description: {},
    endDate: {},
    flexibleTimeWindow: { required: true, fields: { maximumWindowInMinutes: true, mode: true } },
    groupName: { replaces: true, computed: true },
    kmsKeyArn: {},
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    scheduleExpression: { required: true },
    scheduleExpressionTimezone: { default: "UTC" },
    startDate: {},
    state: { default: "ENABLED" },
    target: {
      required: true,
      fields: {
        arn: true,
        deadLetterConfig: { arn: true },
        eventbridgeParameters: { detailType: true, source: true },
        input: true,
        retryPolicy: { maximumEventAgeInSeconds: true, maximumRetryAttempts: true },
        roleArn: true,
        sqsParameters: { messageGroupId: true },
      },
    },
  },
  outputs: ["arn"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name", "groupName"],

  async create({ clients }, inputs) {
    await (await clients.scheduler()).createSchedule(request(inputs));
    return `${inputs.groupName ?? DEFAULT_GROUP}/${inputs.name}`;
  },

  async read({ clients }, id) {
    const found = await unlessAbsent((await clients.scheduler()).getSchedule(parseId(id)), ABSENT);
    if (found === undefined) return undefined;
    return {
      arn: found.Arn,
      name: found.Name,
      groupName: found.GroupName ?? DEFAULT_GROUP,
      actionAfterCompletion: found.ActionAfterCompletion ?? "NONE",
      description: found.Description,
      endDate: fromDate(found.EndDate),
      flexibleTimeWindow: {
        mode: found.FlexibleTimeWindow?.Mode ?? "OFF",
        maximumWindowInMinutes: found.FlexibleTimeWindow?.MaximumWindowInMinutes,
      },
      kmsKeyArn: found.KmsKeyArn,
      scheduleExpression: found.ScheduleExpression,
      scheduleExpressionTimezone: found.ScheduleExpressionTimezone ?? "UTC",
      startDate: fromDate(found.StartDate),
      state: found.State,
      target: describedTarget(found.Target),
    };
  },

  async update({ clients }, id, { inputs }) {
    await (await clients.scheduler()).updateSchedule({ ...request(inputs), ...parseId(id) });
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.scheduler()).deleteSchedule(parseId(id)), ABSENT);
  },
};
