import { processStopwatch, randomIds, realSleeper } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import { HttpsRecipients } from "../agent/https-recipients";
import { DATA_KEY_SERVICE_SECRETS, ENVIRONMENT } from "../contract";
import { addressProblem } from "../core/data-key-service";
import type { DataKeys } from "../core/ports";
import { tlsFromVariables } from "../tls/source";
import { DataKeyService, withDataKeyService } from "./data-key-service";
import { optional, type Variables } from "./variables";

/** Milliseconds. Five tries and their pauses end before a task that is told to stop is killed. */
const TIMES = { connectionTimeout: 5000, timeout: 8000 } as const;

/**
 * The keys that the variables name: those of a data key service for what HTME encrypted, where there is one.
 *
 * @param kms For everything else.
 * @param connections That are kept open to the service.
 * @throws InvalidInputError naming the variable that is wrong.
 */
export function connectKeys(env: Variables, kms: DataKeys, connections: number): DataKeys {
  const address = optional(env, ENVIRONMENT.dataKeyServiceUrl);
  if (address === undefined) return kms;
  const problem = addressProblem(address);
  if (problem !== undefined) throw new InvalidInputError(ENVIRONMENT.dataKeyServiceUrl, problem);
  const tls = tlsFromVariables(env, { names: DATA_KEY_SERVICE_SECRETS, isOptional: true });
  const service = new DataKeyService(address, {
    requests: new HttpsRecipients(tls, { ...TIMES, connections }),
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    ids: randomIds,
  });
  return withDataKeyService(service, kms);
}
