import { isLoopback } from "@slipway/core";
import { NotLoopbackError } from "./errors";

/**
 * The endpoint, once it is known to be on this machine.
 * @throws NotLoopbackError when it is absent or elsewhere.
 */
export function requireLoopback(endpoint: string | undefined): string {
  if (endpoint === undefined || !isLoopback(endpoint)) throw new NotLoopbackError(endpoint);
  return endpoint;
}
