import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRICS } from "../contract";

const UNITS: Readonly<Record<string, MetricUnit>> = {
  [METRICS.pushedBytes]: MetricUnit.Bytes,
  [METRICS.delay]: MetricUnit.Milliseconds,
};

/** Metrics in CloudWatch's embedded format, under exactly the dimension that the alarms look at. */
export function createPushMetrics(name: string) {
  const metrics = new Metrics({ namespace: METRICS.namespace });
  // Powertools adds `service` by itself; an alarm on one dimension never sees a metric with two.
  metrics.clearDefaultDimensions();
  return {
    count(values: Readonly<Record<string, number>>): void {
      metrics.addDimensions({ [METRICS.nameDimension]: name });
      for (const [metric, value] of Object.entries(values)) {
        metrics.addMetric(metric, UNITS[metric] ?? MetricUnit.Count, value);
      }
      metrics.publishStoredMetrics();
    },
  };
}

/** A structured log. */
export const createPushLog = (): Logger => new Logger({ serviceName: "code-push" });
