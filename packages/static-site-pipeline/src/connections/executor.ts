import { connectBuilds } from "./builds";
import { connectFunction } from "./functions";
import type { Variables } from "./variables";

/** The functions that start and stop builds. */
export function connectExecutor(env: Variables) {
  const { connection, base } = connectFunction(env);
  return { ...base, ...connectBuilds(connection, base) };
}
