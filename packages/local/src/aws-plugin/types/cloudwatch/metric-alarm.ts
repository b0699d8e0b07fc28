import type * as aws from "@pulumi/aws";
import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";
import { describedQueries, toQueries } from "./metric-queries";

type Args = Plain<aws.cloudwatch.MetricAlarmArgs>;

const NOT_GIVEN = "missing";

function request(inputs: Args): PutMetricAlarmCommandInput {
  const dimensions = Object.entries(inputs.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));
  return {
    AlarmName: inputs.name,
    AlarmDescription: inputs.alarmDescription,
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions,
    OKActions: inputs.okActions,
    InsufficientDataActions: inputs.insufficientDataActions,
    ComparisonOperator: inputs.comparisonOperator as "GreaterThanThreshold",
    DatapointsToAlarm: inputs.datapointsToAlarm,
    EvaluationPeriods: inputs.evaluationPeriods,
    ExtendedStatistic: inputs.extendedStatistic,
    MetricName: inputs.metricName,
    Namespace: inputs.namespace,
    Period: inputs.period,
    Statistic: inputs.statistic as "Sum" | undefined,
    Threshold: inputs.threshold,
    TreatMissingData: inputs.treatMissingData,
    Unit: inputs.unit as "Count" | undefined,
    ...(dimensions.length > 0 && { Dimensions: dimensions }),
    ...(inputs.metricQueries?.length && { Metrics: toQueries(inputs.metricQueries) }),
  };
}

/** CloudWatch alarm on a metric or a metric expression. Id: its name. */
export const metricAlarm: ResourceType<aws.cloudwatch.MetricAlarmArgs, aws.cloudwatch.MetricAlarmState> = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: {
    actionsEnabled: { default: true },
    alarmActions: {},
    alarmDescription: {},
    comparisonOperator: { required: true },
    datapointsToAlarm: {},
    dimensions: { kind: "map" },
    evaluationPeriods: {},
    extendedStatistic: {},
    insufficientDataActions: {},
    metricName: {},
    metricQueries: {
      fields: {
        expression: true,
        id: true,
        label: true,
        metric: { dimensions: true, metricName: true, namespace: true, period: true, stat: true, unit: true },
        period: true,
        returnData: true,
      },
    },
    name: { replaces: true, computed: true },
    namespace: {},
    okActions: {},
    period: {},
    statistic: {},
    tags: { kind: "map" },
    threshold: {},
    treatMissingData: { default: NOT_GIVEN },
    unit: {},
  },
  outputs: ["arn", "evaluateLowSampleCountPercentiles", "tagsAll"],
  autoName: { property: "name", maxLength: 255 },
  identity: ["name"],

  async create({ clients }, inputs) {
    await (await clients.cloudwatch()).putMetricAlarm({ ...request(inputs), Tags: toTagList(inputs.tags) });
    return String(inputs.name);
  },

  async read({ clients }, id) {
    const cloudwatch = await clients.cloudwatch();
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNames: [id], AlarmTypes: ["MetricAlarm"] });
    const [found] = MetricAlarms;
    if (found === undefined) return undefined;
    const { Tags } = await cloudwatch.listTagsForResource({ ResourceARN: found.AlarmArn });
    return {
      arn: found.AlarmArn,
      name: found.AlarmName,
      actionsEnabled: found.ActionsEnabled ?? true,
      alarmActions: found.AlarmActions,
      alarmDescription: found.AlarmDescription,
      comparisonOperator: found.ComparisonOperator,
      datapointsToAlarm: found.DatapointsToAlarm,
      dimensions: Object.fromEntries((found.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value])),
      evaluationPeriods: found.EvaluationPeriods,
      extendedStatistic: found.ExtendedStatistic,
      insufficientDataActions: found.InsufficientDataActions,
      metricName: found.MetricName,
      metricQueries: describedQueries(found.Metrics),
      namespace: found.Namespace,
      okActions: found.OKActions,
      period: found.Period,
      statistic: found.Statistic,
      tags: fromTagList(Tags),
      threshold: found.Threshold,
      treatMissingData: found.TreatMissingData ?? NOT_GIVEN,
      unit: found.Unit,
    };
  },

  async update({ clients }, id, change) {
    const cloudwatch = await clients.cloudwatch();
    await cloudwatch.putMetricAlarm({ ...request(change.inputs), AlarmName: id });
    const ResourceARN = change.state.arn;
    await applyTags(
      change,
      (tags) => cloudwatch.tagResource({ ResourceARN, Tags: toTagList(tags) }),
      (TagKeys) => cloudwatch.untagResource({ ResourceARN, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    await (await clients.cloudwatch()).deleteAlarms({ AlarmNames: [id] });
  },
};
