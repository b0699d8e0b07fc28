import type * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "@slipway/lambda";
import { AGENT_METRICS } from "./agent-contract";
import { METRICS } from "./contract";

/** Seconds. */
const FIVE_MINUTES = 300;
const SIX_HOURS = 6 * 3600;
const DEFAULT_CERTIFICATE_DAYS = 30;

/** What the alarms are about. */
export interface EgressAlarms {
  readonly egressName: string;
  readonly withAgent: boolean;
  /** Whether the agent has a certificate that can end. */
  readonly withCertificate: boolean;
  /** Whether certificates were given for the data key service. */
  readonly withDataKeyServiceCertificate: boolean;
  readonly withDeadlines: boolean;
  readonly certificateDays?: number | undefined;
  readonly actions: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Creates the alarms on what the service and the agent themselves count. */
export function createEgressAlarms(name: string, alarms: EgressAlarms, parent: pulumi.Resource): void {
  const { egressName, withAgent, withCertificate, withDeadlines, actions } = alarms;
  const common = {
    namespace: METRICS.namespace,
    dimensions: { [METRICS.nameDimension]: egressName },
    evaluationPeriods: 1,
    actions,
  };
  const failure = {
    ...common,
    statistic: "Sum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    period: FIVE_MINUTES,
    treatMissingData: "notBreaching",
  } as const;
  const signals = {
    failures: [true, METRICS.failedJobs, "an attempt to send data did not succeed; slipway egress list says why"],
    overdue: [withDeadlines, METRICS.overdue, "the flag of a pipeline has not come in time; see slipway egress status"],
    "agent-failures": [withAgent, AGENT_METRICS.failed, "the agent gave a file up; see its log and its error folder"],
  } as const;
  for (const [role, [wanted, metricName, what]] of Object.entries(signals)) {
    if (!wanted) continue;
    createAlarm(`${name}-${role}`, { ...failure, metricName, description: `${name}: ${what}` }, parent);
  }
  const days = alarms.certificateDays ?? DEFAULT_CERTIFICATE_DAYS;
  const certificates = {
    certificate: [withCertificate, AGENT_METRICS.certificateDays, "agent"],
    "data-key-service-certificate": [
      alarms.withDataKeyServiceCertificate,
      METRICS.dataKeyServiceCertificateDays,
      "service for the data key service",
    ],
  } as const;
  for (const [role, [wanted, metricName, whose]] of Object.entries(certificates)) {
    if (!wanted) continue;
    createAlarm(
      `${name}-${role}`,
      {
        ...common,
        description: `${name}: a certificate of the ${whose} ends in less than ${days} days, or it does not run`,
        metricName,
        // Told every hour; the largest would hide the certificate that ends first only if it were not the first that is told.
        statistic: "Maximum",
        comparisonOperator: "LessThanThreshold",
        threshold: days,
        period: SIX_HOURS,
        treatMissingData: "breaching",
      },
      parent,
    );
  }
}
