import { InvalidInputError } from "@slipway/core";
import { IllegalMoveError, SiteLockedError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import { hintFor } from "../core/status-hints";
import { isLeaving } from "../core/status";
import type { ChangeOptions, SiteChange } from "../site-client";
import { already, planned, type ClientDependencies, type Command } from "./client-dependencies";
import { nudge } from "./site-messages";
import { changePipeline, readPipeline } from "./write-pipeline";

/** Holds back what goes live, and the site's removal. @throws SiteLockedError when somebody else does so already */
export const lock = async (
  deps: ClientDependencies,
  siteId: string,
  { reason, dryRun }: ChangeOptions & { readonly reason: string },
): Promise<SiteChange> => {
  if (reason.trim() === "") throw new InvalidInputError("reason", "is empty");
  const what = `nothing goes live until it is unlocked: ${reason}`;
  const { name } = await deps.identity.whoami();
  const locked = (row: Pipeline): Partial<Pipeline> | undefined => {
    const { lock: held, status } = row;
    if (isLeaving(status)) throw new IllegalMoveError(siteId, status, "a lock", hintFor(row));
    if (held !== undefined && held.locked_by !== name) throw new SiteLockedError(siteId, held.locked_by, held.reason);
    if (held?.reason === reason) return undefined;
    return { lock: { locked_by: name, locked_at: deps.clock.now().toISOString(), ...held, reason } };
  };
  if (locked(await readPipeline(deps, siteId)) === undefined) return already(siteId, "it is locked so already");
  if (dryRun === true) return planned(siteId, what);
  await changePipeline(deps, siteId, locked);
  return { site_id: siteId, done: true, what };
};

/** Lets go what is held back, whoever holds it. */
export const unlock: Command = async (deps, siteId, { dryRun } = {}) => {
  const { lock: there, delete_when_idle } = await readPipeline(deps, siteId);
  if (there === undefined) return already(siteId, "it is not locked");
  const what = `${delete_when_idle === true ? "its removal goes on" : "what waits goes live"}; it was locked by ${there.locked_by}: ${there.reason}`;
  if (dryRun === true) return planned(siteId, what);
  const change = ({ lock: held }: Pipeline) => (held === undefined ? undefined : { lock: undefined });
  const { row } = await changePipeline(deps, siteId, change);
  await nudge(deps, row);
  return { site_id: siteId, done: true, what };
};
