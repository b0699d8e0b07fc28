import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRICS } from "../contract";

/** Counts drift in CloudWatch's embedded metric format, under exactly the dimensions that the alarms look at. */
export function createDriftMetrics(projectId: string) {
  const metrics = new Metrics({ namespace: METRICS.namespace });
  // Powertools adds `service` by itself; an alarm on two dimensions never sees a metric with three.
  metrics.clearDefaultDimensions();
  return {
    countDrifted(environmentId: string, services: number): void {
      metrics.addDimensions({ [METRICS.projectDimension]: projectId, [METRICS.environmentDimension]: environmentId });
      metrics.addMetric(METRICS.driftedServices, MetricUnit.Count, services);
      metrics.publishStoredMetrics();
    },
  };
}
