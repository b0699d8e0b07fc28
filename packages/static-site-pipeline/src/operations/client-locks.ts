import { InvalidInputError } from "@slipway/core";
import { SiteLockedError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import type { ChangeOptions, SiteChange } from "../site-client";
import { already, planned, type ClientDependencies, type Command } from "./client-dependencies";
import { nudge } from "./site-messages";
import { changePipeline, readPipeline } from "./write-pipeline";

/** Holds back what goes live. @throws SiteLockedError when somebody else does so already */
export const lock = async (
  deps: ClientDependencies,
  siteId: string,
  { reason, dryRun }: ChangeOptions & { readonly reason: string },
): Promise<SiteChange> => {
  if (reason.trim() === "") throw new InvalidInputError("reason", "is empty");
  const what = `nothing goes live until it is unlocked: ${reason}`;
  const { name } = await deps.identity.whoami();
  const { lock: there } = await readPipeline(deps, siteId);
  if (there !== undefined && there.locked_by !== name) {
    throw new SiteLockedError(siteId, there.locked_by, there.reason);
  }
  if (dryRun === true) return planned(siteId, what);
  const wanted = { reason, locked_by: name, locked_at: deps.clock.now().toISOString() };
  const { row } = await changePipeline(deps, siteId, ({ lock: held }) =>
    held === undefined ? { lock: wanted } : undefined,
  );
  const { locked_by, reason: why } = row.lock ?? wanted;
  if (locked_by !== name) throw new SiteLockedError(siteId, locked_by, why);
  return { site_id: siteId, done: true, what };
};

/** Lets go what is held back, whoever holds it. */
export const unlock: Command = async (deps, siteId, { dryRun } = {}) => {
  const { lock: there } = await readPipeline(deps, siteId);
  if (there === undefined) return already(siteId, "it is not locked");
  const what = `what waits goes live; it was locked by ${there.locked_by}: ${there.reason}`;
  if (dryRun === true) return planned(siteId, what);
  const change = ({ lock: held }: Pipeline) => (held === undefined ? undefined : { lock: undefined });
  const { row } = await changePipeline(deps, siteId, change);
  await nudge(deps, row);
  return { site_id: siteId, done: true, what };
};
