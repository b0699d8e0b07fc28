import type { AgentReporter, DeliveryLabels } from "./ports";
import { AGENT_METRICS, type DeliveryReceipt, type DestinationAnswer } from "../agent-contract";
import { METRICS } from "../contract";
import type { PrometheusMetrics } from "./prometheus";

/** The part of a structured log that the agent uses. */
export interface AgentLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Counts for CloudWatch. */
export interface Counts {
  count(values: Readonly<Record<string, number>>, by?: Readonly<Record<string, string>>): void;
}

/** Tells everything to the log, to CloudWatch and to Prometheus. */
export function createReporter(log: AgentLog, counts: Counts, prometheus: PrometheusMetrics): AgentReporter {
  return {
    delivered(labels, receipt) {
      prometheus.sent(labels, "success");
      counts.count({ [AGENT_METRICS.delivered]: 1 }, by(labels));
      log.info("delivered", { ...labels, ...summary(receipt) });
    },
    failed(labels, receipt) {
      prometheus.sent(labels, "failure");
      counts.count({ [AGENT_METRICS.failed]: 1 }, by(labels));
      log.error("given up", { ...labels, ...summary(receipt) });
    },
    retrying(labels: DeliveryLabels, answer: DestinationAnswer, delay: number) {
      prometheus.retried(labels);
      counts.count({ [AGENT_METRICS.retried]: 1 }, by(labels));
      log.warn("will be sent again", { ...labels, ...answer, delay });
    },
    trouble(what, problem, details = {}) {
      prometheus.trouble(what);
      log.error(`could not ${what}`, { ...details, problem });
    },
  };
}

const by = ({ recipient }: DeliveryLabels) => ({ [METRICS.recipientDimension]: recipient });

const summary = ({ id, jobId, bytes, sha256, reason, destinations }: DeliveryReceipt) => ({
  id,
  jobId,
  bytes,
  sha256,
  ...(reason !== undefined && { reason }),
  destinations,
});
