import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRICS } from "../contract";

const UNITS = {
  [METRICS.promoted]: MetricUnit.Count,
  [METRICS.promotedBytes]: MetricUnit.Bytes,
  [METRICS.unchanged]: MetricUnit.Count,
  [METRICS.failed]: MetricUnit.Count,
  [METRICS.delay]: MetricUnit.Milliseconds,
  [METRICS.drifted]: MetricUnit.Count,
  [METRICS.extra]: MetricUnit.Count,
} as const;

/** Name of a metric. */
export type MetricName = keyof typeof UNITS;

/** Metrics in CloudWatch's embedded format, under exactly the dimension that the alarms look at. */
export function createPromotionMetrics(environment: string) {
  const metrics = new Metrics({ namespace: METRICS.namespace });
  // Powertools adds `service` by itself; an alarm on one dimension never sees a metric with two.
  metrics.clearDefaultDimensions();
  return {
    count(values: Readonly<Partial<Record<MetricName, number>>>): void {
      metrics.addDimensions({ [METRICS.environmentDimension]: environment });
      for (const [name, value] of Object.entries(values)) {
        metrics.addMetric(name, UNITS[name as MetricName], value);
      }
      metrics.publishStoredMetrics();
    },
  };
}

/** A structured log. */
export const createPromotionLog = (): Logger => new Logger({ serviceName: "artefact-promotion" });
