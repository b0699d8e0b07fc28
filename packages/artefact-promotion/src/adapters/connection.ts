import { InvalidInputError } from "@slipway/core";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { DEFAULT_GRACE_MINUTES, DEFAULT_MAX_RECEIVES, ENVIRONMENT } from "../contract";
import type { DeadLetters } from "../core/ports";
import { createClients } from "./aws-clients";
import { DynamoLedger } from "./dynamo-ledger";
import { EventBridgePublisher } from "./eventbridge-publisher";
import { S3ObjectStore } from "./s3-object-store";
import { SqsPromotionQueue } from "./sqs-queues";
import { createPromotionLog, createPromotionMetrics } from "./telemetry";

type Variables = Readonly<Record<string, string | undefined>>;

/** Functions have no dead letters to redrive: the queue moves them, people send them back. */
const noDeadLetters: DeadLetters = {
  receive: () => Promise.resolve([]),
  putBack: () => Promise.resolve(),
  redrive: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Builds what the functions work with. @throws InvalidInputError naming the variable that is missing or wrong. */
export function connectFunction(env: Variables) {
  const clients = createClients();
  const environment = required(env, ENVIRONMENT.targetEnvironment);
  return {
    hop: readHop(env),
    objects: new S3ObjectStore(clients.s3, optional(env, ENVIRONMENT.targetKey)),
    ledger: new DynamoLedger(clients.dynamo, required(env, ENVIRONMENT.ledgerTable), realSleeper),
    queue: new SqsPromotionQueue(clients.sqs, required(env, ENVIRONMENT.queueUrl)),
    deadLetters: noDeadLetters,
    events: new EventBridgePublisher(clients.events, required(env, ENVIRONMENT.eventBus)),
    identity: fixedIdentity({ id: "slipway", name: "artefact-promotion" }),
    metrics: createPromotionMetrics(environment),
    log: createPromotionLog(),
    routes: { serverSideRefused: false },
    maxReceives: whole(env, ENVIRONMENT.maxReceives, DEFAULT_MAX_RECEIVES),
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
  };
}

const readHop = (env: Variables) => ({
  sourceEnvironment: required(env, ENVIRONMENT.sourceEnvironment),
  targetEnvironment: required(env, ENVIRONMENT.targetEnvironment),
  source: { name: required(env, ENVIRONMENT.sourceBucket), owner: required(env, ENVIRONMENT.sourceAccount) },
  target: { name: required(env, ENVIRONMENT.targetBucket), owner: required(env, ENVIRONMENT.targetAccount) },
  filter: { prefix: optional(env, ENVIRONMENT.prefix), suffix: optional(env, ENVIRONMENT.suffix) },
  grace: whole(env, ENVIRONMENT.graceMinutes, DEFAULT_GRACE_MINUTES) * 60_000,
});

const optional = (env: Variables, name: string): string | undefined => (env[name] === "" ? undefined : env[name]);

function required(env: Variables, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new InvalidInputError(name, "is not set");
  return value;
}

function whole(env: Variables, name: string, fallback: number): number {
  const text = optional(env, name);
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new InvalidInputError(name, `${text} is no whole number`);
  return Number(text);
}
