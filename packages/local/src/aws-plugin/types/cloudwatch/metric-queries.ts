import type * as aws from "@pulumi/aws";
import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Plain } from "../../plain";

type Queries = NonNullable<Plain<aws.cloudwatch.MetricAlarmArgs>["metricQueries"]>;

/** Metric queries of an alarm as AWS takes them. */
export function toQueries(queries: Queries): MetricDataQuery[] {
  return queries.map(({ id, expression, label, metric, period, returnData }) => ({
    Id: id,
    Expression: expression,
    Label: label,
    Period: period,
    ReturnData: returnData ?? false,
    ...(metric !== undefined && {
      MetricStat: {
        Metric: {
          MetricName: metric.metricName,
          Namespace: metric.namespace,
          Dimensions: Object.entries(metric.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value: String(Value) })),
        },
        Period: metric.period,
        Stat: metric.stat,
        Unit: metric.unit as "Count" | undefined,
      },
    }),
  }));
}

/** Metric queries of an alarm as the state holds them. */
export function describedQueries(queries: readonly MetricDataQuery[] | undefined): Queries {
  return (queries ?? []).map(({ Id = "", Expression, Label, MetricStat, Period, ReturnData }) => ({
    id: Id,
    expression: Expression,
    label: Label,
    period: Period,
    returnData: ReturnData ?? false,
    ...(MetricStat !== undefined && {
      metric: {
        metricName: MetricStat.Metric?.MetricName ?? "",
        namespace: MetricStat.Metric?.Namespace,
        dimensions: Object.fromEntries(
          (MetricStat.Metric?.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value]),
        ),
        period: MetricStat.Period ?? 0,
        stat: MetricStat.Stat ?? "",
        unit: MetricStat.Unit,
      },
    }),
  }));
}
