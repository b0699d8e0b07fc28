import { SiteCommitStatuses } from "../adapters/source-tokens";
import { connectEngine } from "./engine";
import { connectFunction } from "./functions";
import { connectTokens } from "./tokens";
import type { Variables } from "./variables";

/** The function that brings live what is ready. */
export function connectDeploys(env: Variables) {
  const { connection, base } = connectFunction(env);
  const statuses = new SiteCommitStatuses(connectTokens(connection, base));
  return { ...base, deployer: connectEngine(connection), statuses };
}
