import type * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "@slipway/lambda";
import { METRICS } from "./contract";

/** Seconds that an alarm looks back. */
const FIVE_MINUTES = 300;
/** Creates the alarms on what the functions themselves count. */
export function createPushAlarms(
  name: string,
  {
    codePushName,
    reconcileEveryMinutes,
    alarmActions,
  }: {
    readonly codePushName: string;
    readonly reconcileEveryMinutes: number;
    readonly alarmActions: pulumi.Input<pulumi.Input<string>[]> | undefined;
  },
  parent: pulumi.Resource,
): void {
  const reconciled = reconcileEveryMinutes * 60;
  const signals = {
    unqueued: {
      metricName: METRICS.unqueued,
      threshold: 1,
      period: FIVE_MINUTES,
      description: `${name}: webhooks could not be queued and were answered 503; the reconciler makes up for it`,
    },
    missed: {
      metricName: METRICS.missed,
      threshold: 1,
      period: reconciled,
      description: `${name}: pushes that no webhook told of; see the host's list of deliveries`,
    },
    unreachable: {
      metricName: METRICS.unreachable,
      threshold: 1,
      period: reconciled,
      description: `${name}: repositories could not be asked; are their credentials still good?`,
    },
  } as const;
  for (const [role, signal] of Object.entries(signals)) {
    createAlarm(
      `${name}-${role}`,
      {
        ...signal,
        namespace: METRICS.namespace,
        dimensions: { [METRICS.nameDimension]: codePushName },
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        // That nothing runs at all is the business of the functions' own alarms.
        treatMissingData: "notBreaching",
        actions: alarmActions,
      },
      parent,
    );
  }
}
