import { resolve } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { createAlarm, Reconciler } from "@slipway/lambda";
import { DRIFT_ENVIRONMENT, METRICS } from "./contract";
import { roleName } from "./names";
import { driftPolicy, type PolicyScope } from "./policies";
import type { ReleaseTables } from "./release-tables";
import type { ReleaseTrackerArgs } from "./release-tracker";

/** What the reconciler works with. */
interface DriftScope {
  readonly tables: ReleaseTables;
  readonly eventBus: pulumi.Output<string>;
  readonly scope: pulumi.Output<PolicyScope>;
}

const DEFAULT_MINUTES = 15;
/** One look at 100 services in three environments takes seconds; this leaves room for throttling. */
const TIMEOUT_SECONDS = 300;

/** Creates the function that compares labels, records and what runs, and an alarm for each environment. */
export function createDriftReconciler(
  name: string,
  args: ReleaseTrackerArgs,
  { tables, eventBus, scope }: DriftScope,
  parent: pulumi.Resource,
): Reconciler {
  const everyMinutes = args.driftEveryMinutes ?? DEFAULT_MINUTES;
  const reconciler = new Reconciler(
    `${name}-drift`,
    {
      bundle: resolve(__dirname, "lambda", "detect-drift"),
      description: `Compares labels, releases and what runs in ${args.projectId}`,
      everyMinutes,
      timeoutSeconds: TIMEOUT_SECONDS,
      roleName: roleName(args.projectId, "drift"),
      policy: scope.apply((known) => JSON.stringify(driftPolicy(known))),
      environment: {
        [DRIFT_ENVIRONMENT.projectId]: args.projectId,
        [DRIFT_ENVIRONMENT.releasesTable]: tables.releases.name,
        [DRIFT_ENVIRONMENT.deploymentsTable]: tables.deployments.name,
        [DRIFT_ENVIRONMENT.eventBus]: eventBus,
        [DRIFT_ENVIRONMENT.environments]: scope.apply(({ environments }) =>
          JSON.stringify(environments.map(({ id, observerRoleArn }) => ({ id, observerRoleArn }))),
        ),
      },
      ...(args.alarmActions === undefined ? {} : { alarmActions: args.alarmActions }),
    },
    { parent },
  );
  for (const { id } of args.environments) createDriftAlarm(`${name}-drift-${id}`, args, id, everyMinutes, parent);
  return reconciler;
}

function createDriftAlarm(
  name: string,
  { projectId, alarmActions }: ReleaseTrackerArgs,
  environmentId: string,
  everyMinutes: number,
  parent: pulumi.Resource,
): void {
  createAlarm(
    name,
    {
      description: `${environmentId} of ${projectId} has not run what was released, twice in a row: see slipway status`,
      namespace: METRICS.namespace,
      metricName: METRICS.driftedServices,
      dimensions: { [METRICS.projectDimension]: projectId, [METRICS.environmentDimension]: environmentId },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      period: everyMinutes * 60,
      evaluationPeriods: 2,
      // That nothing is reported at all is the business of the reconciler's own alarms.
      treatMissingData: "notBreaching",
      actions: alarmActions,
    },
    parent,
  );
}
