import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { join } from "node:path";
import { AGENT_ENVIRONMENT, VOLUME_PATH } from "../agent-contract";
import { DEFAULTS, ENVIRONMENT, EVENT_SOURCE, METRICS, type EventType } from "../contract";
import { AgentVolume } from "./agent-volume";
import { createClients } from "./clients";
import { DynamoLedger } from "./dynamo-ledger";
import { DynamoRows } from "./dynamo-rows";
import { connectKeys } from "./connect-keys";
import { KmsKeys } from "./kms-keys";
import { S3Source } from "./s3-source";
import { S3Target } from "./s3-target";
import { SqsFlagQueue } from "./sqs-flag-queue";
import { optional, required, whole, type Variables } from "./variables";

/** Bytes of files that may wait for the agent: half of the 20 GiB that a task on Fargate has. */
const VOLUME_BYTES = 10 * 1024 ** 3;

/** Builds what the service works with. @throws InvalidInputError naming the variable that is missing or wrong. */
export function connectService(env: Variables) {
  const name = required(env, ENVIRONMENT.name);
  const clients = createClients();
  const sources = new S3Source(clients.s3);
  const limits = {
    maxAttempts: whole(env, ENVIRONMENT.maxAttempts, DEFAULTS.maxAttempts),
    lease: whole(env, ENVIRONMENT.leaseSeconds, DEFAULTS.leaseSeconds) * 1000,
    delivery: whole(env, ENVIRONMENT.deliveryMinutes, DEFAULTS.deliveryMinutes) * 60_000,
    concurrency: whole(env, ENVIRONMENT.concurrency, DEFAULTS.concurrency),
    volumeBytes: VOLUME_BYTES,
  };
  return {
    name,
    rows: new DynamoRows(clients.dynamo, required(env, ENVIRONMENT.rowsTable)),
    ledger: new DynamoLedger(clients.dynamo, required(env, ENVIRONMENT.ledgerTable), systemClock),
    sources,
    targets: new S3Target(clients.s3As, sources),
    folders: new AgentVolume(volumeOf(env)),
    ...connectKeys(env, new KmsKeys(clients.kms, clients.ssm), limits.concurrency),
    queue: new SqsFlagQueue(
      clients.sqs,
      required(env, ENVIRONMENT.queueUrl),
      required(env, ENVIRONMENT.deadLetterQueueUrl),
    ),
    events: new EventBridgePublisher<EventType>(clients.events, required(env, ENVIRONMENT.eventBus), EVENT_SOURCE),
    metrics: createMetrics({
      namespace: METRICS.namespace,
      dimension: METRICS.nameDimension,
      value: name,
      bytes: [METRICS.sentBytes],
    }),
    log: createLog("data-egress"),
    limits,
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
  };
}

/** Root of the volume on this machine. */
export const volumeOf = (env: Variables): string => join(optional(env, AGENT_ENVIRONMENT.volumes) ?? "/", VOLUME_PATH);
