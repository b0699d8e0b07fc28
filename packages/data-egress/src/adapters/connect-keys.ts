import { processStopwatch, randomIds, realSleeper } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import { HttpsRecipients } from "../agent/https-recipients";
import { DATA_KEY_SERVICE_SECRETS, ENVIRONMENT } from "../contract";
import { addressProblem } from "../core/data-key-service";
import type { DataKeys } from "../core/ports";
import { tlsFromVariables, type TlsSource } from "../tls/source";
import { DataKeyService, withDataKeyService } from "./data-key-service";
import { optional, type Variables } from "./variables";

/** Milliseconds. Five tries and their pauses end before a task that is told to stop is killed. */
const TIMES = { connectionTimeout: 5000, timeout: 8000 } as const;

/** Keys, and what they are asked for with. */
export interface ConnectedKeys {
  readonly keys: DataKeys;
  /** Certificates that were given for the data key service. */
  readonly certificates?: TlsSource;
}

/**
 * The keys that the variables name: those of a data key service for what HTME encrypted, where there is one.
 *
 * @param kms For everything else.
 * @param connections That are kept open to the service.
 * @throws InvalidInputError naming the variable that is wrong.
 */
export function connectKeys(env: Variables, kms: DataKeys, connections: number): ConnectedKeys {
  const address = optional(env, ENVIRONMENT.dataKeyServiceUrl);
  if (address === undefined) return { keys: kms };
  const problem = addressProblem(address);
  if (problem !== undefined) throw new InvalidInputError(ENVIRONMENT.dataKeyServiceUrl, problem);
  const tls = tlsFromVariables(env, { names: DATA_KEY_SERVICE_SECRETS, isOptional: true });
  const service = new DataKeyService(address, {
    requests: new HttpsRecipients(tls, { ...TIMES, connections }),
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    ids: randomIds,
  });
  const isOurs = Object.values(DATA_KEY_SERVICE_SECRETS).some(
    (name) => (optional(env, name) ?? optional(env, `${name}_FILE`)) !== undefined,
  );
  return { keys: withDataKeyService(service, kms), ...(isOurs && { certificates: tls }) };
}
