import type { SiteSettings } from "../contract";
import { requireSettings, requireSiteId } from "../core/settings";
import { requireDomain } from "../core/site-names";
import type { Pipeline } from "../core/pipeline";
import type { SiteDependencies } from "./dependencies";
import { publishMove, tellingOf } from "./write-pipeline";

/** Makes a pre-provisioned pipeline: a row, and nothing else yet. @throws InvalidInputError naming the field */
export async function createSite(
  deps: SiteDependencies,
  siteId: string,
  given: SiteSettings,
  correlationId: string,
): Promise<"created" | "exists"> {
  const settings = requireSettings(given);
  requireDomain(deps.domains, settings.domain);
  const at = deps.clock.now().toISOString();
  const row: Pipeline = {
    site_id: requireSiteId(siteId),
    status: "Pre Provisioned",
    version: 1,
    write_id: deps.ids.next(),
    status_since: at,
    created_at: at,
    updated_at: at,
    correlation_id: correlationId,
    settings,
    resources: {},
    last_build_number: 0,
    waiting: [],
    recent: [],
  };
  const event = tellingOf(deps, undefined, row);
  if ((await deps.pipelines.create(row, { event })) === "exists") return "exists";
  await publishMove(deps, event);
  return "created";
}
