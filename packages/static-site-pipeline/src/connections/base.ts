import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { randomIds, systemClock, type FunctionLog, type FunctionMetrics } from "@slipway/aws-runtime";
import { assumeRoles } from "@slipway/aws-runtime/assume-roles";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { AwsJson, settingsFromEnvironment } from "@slipway/code-push/webhooks";
import { DynamoPipelines } from "../adapters/dynamo-pipelines";
import { OwnSecrets, SecretsManagerInstallations } from "../adapters/site-secrets";
import { SqsSiteQueue } from "../adapters/sqs-site-queues";
import { EVENT_SOURCE, type ExecutorWork, type SiteMessage } from "../contract";
import type { SiteDependencies } from "../operations/dependencies";
import type { SitesConnection } from "./connection";
import type { Variables } from "./variables";

/** Where it is told what is done. */
export interface Telemetry {
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
}

/** Settings of every client. */
export const clientSettings = ({ region, roles = [] }: SitesConnection) => ({
  maxAttempts: 6,
  region,
  credentials: assumeRoles(roles, region) ?? fromNodeProviderChain(),
});

/** Settings of every S3 client: buckets are told apart by path where the endpoint is one machine. */
export const s3Settings = (connection: SitesConnection) => ({
  ...clientSettings(connection),
  forcePathStyle: true,
  followRegionRedirects: true,
});

/** Stands for a part that a function has no use for, and no client in its bundle. */
const absent = <T extends object>(part: string): T =>
  new Proxy({} as T, {
    get: () => {
      throw new TypeError(`this function has no ${part}`);
    },
  });

/**
 * What all functions have in common: the table, the queues, events. What a function needs besides is put over it, so
 * that no bundle carries clients that nobody calls.
 */
export function connectBase(connection: SitesConnection, env: Variables, { metrics, log }: Telemetry) {
  const settings = clientSettings(connection);
  const ambient = settingsFromEnvironment(env);
  const json = new AwsJson({ ...ambient, region: connection.region, keys: () => settings.credentials() });
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const sqs = new SQSClient(settings);
  const queue = (url: string) => new SqsSiteQueue<SiteMessage>(sqs, url);
  const deps: SiteDependencies = {
    name: connection.name,
    domains: { hostedZoneId: connection.hostedZoneId, baseDomain: connection.baseDomain },
    pipelines: new DynamoPipelines(dynamo, connection.table),
    queues: {
      executor: new SqsSiteQueue<ExecutorWork>(sqs, connection.executorQueueUrl),
      deploy: queue(connection.deployQueueUrl),
      provision: queue(connection.provisionQueueUrl),
      startTeardown: queue(connection.startTeardownQueueUrl),
      teardown: queue(connection.teardownQueueUrl),
    },
    events: new EventBridgePublisher(new EventBridgeClient(settings), connection.eventBus, EVENT_SOURCE),
    builder: absent("builder"),
    outputs: absent("outputs"),
    deployer: absent("deployer"),
    infrastructure: absent("infrastructure"),
    statuses: absent("statuses"),
    metrics,
    log,
    clock: systemClock,
    ids: randomIds,
  };
  const secrets = new SecretsManagerInstallations(new OwnSecrets(json, connection.bitbucketSecretPrefix));
  return { ...deps, secrets, json, sqs };
}

/** What all functions have in common. */
export type SitesBase = ReturnType<typeof connectBase>;
