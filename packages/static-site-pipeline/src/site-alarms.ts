import type * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "@slipway/lambda";
import { METRICS } from "./contract";

const FIVE_MINUTES = 300;
/** Refusals in five minutes: strangers try every public address now and then. */
const REFUSED = 10;

/** Creates the alarms on what the functions themselves count. */
export function createSiteAlarms(
  name: string,
  {
    sites,
    alarmActions,
  }: { readonly sites: string; readonly alarmActions: pulumi.Input<pulumi.Input<string>[]> | undefined },
  parent: pulumi.Resource,
): void {
  const signals = {
    failed: {
      metricName: METRICS.failed,
      threshold: 1,
      description: `${name}: a site failed to provision, to deploy or to be deleted; \`slipway site list\` says which and why`,
    },
    "timed-out": {
      metricName: METRICS.timedOut,
      threshold: 1,
      description: `${name}: a site stayed too long in a status and was failed by the sweeper`,
    },
    refused: {
      metricName: METRICS.refused,
      threshold: REFUSED,
      description: `${name}: webhooks with bad credentials; was a secret changed on one side only?`,
    },
  } as const;
  for (const [role, signal] of Object.entries(signals)) {
    createAlarm(
      `${name}-${role}`,
      {
        ...signal,
        namespace: METRICS.namespace,
        dimensions: { [METRICS.nameDimension]: sites },
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: FIVE_MINUTES,
        evaluationPeriods: 1,
        // That nothing runs at all is the business of the functions' own alarms.
        treatMissingData: "notBreaching",
        actions: alarmActions,
      },
      parent,
    );
  }
}
