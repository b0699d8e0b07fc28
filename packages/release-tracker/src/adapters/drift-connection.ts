import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createRateLimiter, processStopwatch } from "@slipway/aws-runtime";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { createLog } from "@slipway/aws-runtime/telemetry";
import { InvalidInputError, type Clock, type Sleeper } from "@slipway/core";
import * as z from "zod/mini";
import { DRIFT_ENVIRONMENT, EVENT_SOURCE } from "../contract";
import { DynamoDeploymentStore } from "./dynamo-deployment-store";
import { DynamoLeaseStore } from "./dynamo-lease-store";
import { EcsRunningServices } from "./ecs-running-services";
import { createObserverClients } from "./observer-clients";
import { createDriftMetrics } from "./powertools-drift-telemetry";
import { SsmImageLabels } from "./ssm-image-labels";

const environmentsSchema = z.array(z.object({ id: z.string(), observerRoleArn: z.optional(z.string()) }));

/** Requests a second that SSM takes without being asked for more. */
const SSM_REQUESTS_PER_SECOND = 40;

/** Builds what the drift reconciler works with. @throws InvalidInputError naming the variable that is missing. */
export function connectDriftReconciler(env: Readonly<NodeJS.ProcessEnv>, sleeper: Sleeper, clock: Clock) {
  const read = (variable: string): string => {
    const value = env[variable];
    if (value === undefined || value === "") throw new InvalidInputError(variable, "is not set");
    return value;
  };
  const projectId = read(DRIFT_ENVIRONMENT.projectId);
  const environments = environmentsSchema.parse(JSON.parse(read(DRIFT_ENVIRONMENT.environments)));
  const tables = {
    releases: read(DRIFT_ENVIRONMENT.releasesTable),
    deployments: read(DRIFT_ENVIRONMENT.deploymentsTable),
  };
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const limiter = createRateLimiter(SSM_REQUESTS_PER_SECOND, processStopwatch, sleeper);
  return {
    projectId,
    environments,
    deployments: new DynamoDeploymentStore(dynamo, tables, sleeper),
    leases: new DynamoLeaseStore(dynamo, tables.deployments, clock),
    labels: new SsmImageLabels(new SSMClient({ retryMode: "adaptive" }), projectId, limiter),
    services: new EcsRunningServices(createObserverClients(environments)),
    events: new EventBridgePublisher(new EventBridgeClient({}), read(DRIFT_ENVIRONMENT.eventBus), EVENT_SOURCE),
    metrics: createDriftMetrics(projectId),
    log: createLog("release-tracker-drift"),
  };
}
