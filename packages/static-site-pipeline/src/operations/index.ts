import { createSiteChanges } from "./client-changes";
import type { ClientDependencies } from "./client-dependencies";
import { createRedrive } from "./client-redrive";
import { createSiteReads } from "./client-reads";
import { waitFor } from "./client-waits";
import type { SiteClient } from "../site-client";

export type { ClientDependencies } from "./client-dependencies";
export type { SiteDependencies } from "./dependencies";

/** Creates a client of one static site pipeline. */
export const createSiteClient = (deps: ClientDependencies): SiteClient => ({
  ...createSiteReads(deps),
  ...createSiteChanges(deps),
  wait: (siteId, awaited, options) => waitFor(deps, siteId, awaited, options),
  redrive: createRedrive(deps),
});
