import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { FunctionMetrics } from "./functions";

/** Under what metrics are kept. */
export interface MetricsSettings {
  readonly namespace: string;
  /** The one dimension, and its value. */
  readonly dimension: string;
  readonly value: string;
  /** Metrics that are no counts. */
  readonly bytes?: readonly string[];
  readonly milliseconds?: readonly string[];
}

/** Metrics in CloudWatch's embedded format, under exactly the dimensions that alarms look at. */
export function createMetrics(settings: MetricsSettings): FunctionMetrics {
  const { namespace, dimension, value, bytes = [], milliseconds = [] } = settings;
  const metrics = new Metrics({ namespace });
  // Powertools adds `service` by itself; an alarm on one dimension never sees a metric with two.
  metrics.clearDefaultDimensions();
  const unitOf = (name: string) => {
    if (bytes.includes(name)) return MetricUnit.Bytes;
    return milliseconds.includes(name) ? MetricUnit.Milliseconds : MetricUnit.Count;
  };
  return {
    count(values, by) {
      const own = { [dimension]: value };
      // Powertools warns of a dimension that is in two sets of one publication.
      for (const dimensions of by === undefined ? [own] : [own, { ...own, ...by }]) {
        metrics.addDimensions(dimensions);
        for (const [name, amount] of Object.entries(values)) metrics.addMetric(name, unitOf(name), amount);
        metrics.publishStoredMetrics();
      }
    },
  };
}

/** A structured log. */
export const createLog = (serviceName: string): Logger => new Logger({ serviceName });
