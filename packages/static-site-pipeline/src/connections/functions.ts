import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { METRICS } from "../contract";
import { connectBase, type SitesBase } from "./base";
import type { SitesConnection } from "./connection";
import { maxReceivesOf, readConnection, type Variables } from "./variables";

/** What a function is built of before its own parts are put over it. */
export interface FunctionBase {
  readonly connection: SitesConnection;
  readonly base: SitesBase & { readonly maxReceives: number };
}

/** Builds what all functions have in common. @throws InvalidInputError naming a variable that is missing or wrong */
export function connectFunction(env: Variables): FunctionBase {
  const connection = readConnection(env);
  const { namespace, nameDimension: dimension } = METRICS;
  const metrics = createMetrics({ namespace, dimension, value: connection.name, milliseconds: [METRICS.delay] });
  const base = connectBase(connection, env, { metrics, log: createLog("static-site-pipeline") });
  return { connection, base: { ...base, maxReceives: maxReceivesOf(env) } };
}
