import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { METRICS } from "../contract";

/** Metrics of one environment's promotion. */
export const createPromotionMetrics = (environment: string) =>
  createMetrics({
    namespace: METRICS.namespace,
    dimension: METRICS.environmentDimension,
    value: environment,
    bytes: [METRICS.promotedBytes],
    milliseconds: [METRICS.delay],
  });

/** A structured log. */
export const createPromotionLog = () => createLog("artefact-promotion");
