import { connectFunction } from "./functions";
import { connectInfrastructure } from "./infrastructure";
import type { Variables } from "./variables";

/** The functions that make and remove what sites consist of. */
export function connectProvisioning(env: Variables) {
  const { connection, base } = connectFunction(env);
  return { ...base, infrastructure: connectInfrastructure(connection, base) };
}
