import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { giveUpTo } from "../adapters/sqs-site-queues";
import { ENVIRONMENT, METRICS } from "../contract";
import type { QueueDependencies } from "../handlers/consume";
import { connectBase, type SitesBase } from "./base";
import type { SitesConnection } from "./connection";
import { maxReceivesOf, optional, readConnection, type Variables } from "./variables";

/** What a function is built of before its own parts are put over it. */
export interface FunctionBase {
  readonly connection: SitesConnection;
  readonly base: SitesBase & Pick<QueueDependencies, "maxReceives" | "giveUp">;
}

/** Builds what all functions have in common. @throws InvalidInputError naming a variable that is missing or wrong */
export function connectFunction(env: Variables): FunctionBase {
  const connection = readConnection(env);
  const { namespace, nameDimension: dimension } = METRICS;
  const metrics = createMetrics({ namespace, dimension, value: connection.name, milliseconds: [METRICS.delay] });
  const base = connectBase(connection, env, { metrics, log: createLog("static-site-pipeline") });
  const letters = optional(env, ENVIRONMENT.deadLetterQueueUrl);
  const giveUp = letters === undefined ? undefined : giveUpTo(base.sqs, letters);
  return { connection, base: { ...base, maxReceives: maxReceivesOf(env), giveUp } };
}
