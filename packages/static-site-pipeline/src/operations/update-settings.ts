import { EVENT_TYPES } from "../contract";
import { IllegalMoveError, SiteDeclaredError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import { requireSettings } from "../core/settings";
import { changedSettings } from "../core/settings-change";
import { requireDomain } from "../core/site-names";
import { hintFor } from "../core/status-hints";
import { isLeaving } from "../core/status";
import type { SiteClient } from "../site-client";
import { already, planned, type ClientDependencies, type Command } from "./client-dependencies";
import { changePipeline, readPipeline } from "./write-pipeline";

const SAME = "its settings are these already";

/** Puts settings in the place of a site's. What is queued or built already goes by the old ones, or by the new ones. */
export const update: Command<[Parameters<SiteClient["update"]>[1]]> = async (deps, siteId, given, { dryRun } = {}) => {
  const settings = requireSettings(given);
  const look = (row: Pipeline): readonly string[] => {
    if (row.declaration !== undefined) throw new SiteDeclaredError(siteId, "change of settings");
    if (isLeaving(row.status) || row.delete_when_idle === true)
      throw new IllegalMoveError(siteId, row.status, "a change of its settings", hintFor(row));
    const names = changedSettings(row.status, row.settings, settings);
    if (names.includes("domain")) requireDomain(deps.domains, settings.domain);
    return names;
  };
  let changed = look(await readPipeline(deps, siteId));
  if (changed.length === 0) return already(siteId, SAME);
  if (dryRun === true) return planned(siteId, whatOf(changed));
  const { row, changed: written } = await changePipeline(deps, siteId, (before) => {
    changed = look(before);
    return changed.length === 0 ? undefined : { settings };
  });
  if (!written) return already(siteId, SAME);
  await tell(deps, row, changed);
  return { site_id: siteId, done: true, what: whatOf(changed) };
};

const whatOf = (changed: readonly string[]): string => `other settings: ${changed.join(", ")}`;

async function tell(
  { name, events, identity, ids, log }: ClientDependencies,
  { site_id, version, updated_at: at }: Pipeline,
  changed: readonly string[],
): Promise<void> {
  const correlation_id = ids.next();
  const changed_by = (await identity.whoami()).name;
  const detail = { sites: name, site_id, correlation_id, version, at, changed, changed_by };
  log.info("settings changed", detail);
  const problem = await events.publish({ type: EVENT_TYPES.settingsChanged, detail });
  if (problem !== undefined) log.warn("event lost", { site_id, correlation_id, reason: problem });
}
