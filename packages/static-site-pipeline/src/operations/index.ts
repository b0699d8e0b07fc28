import { createSiteChanges, type ClientDependencies } from "./client-changes";
import { createRedrive } from "./client-redrive";
import { createSiteReads } from "./client-reads";
import type { SiteClient } from "../site-client";

export type { ClientDependencies } from "./client-changes";
export type { SiteDependencies } from "./dependencies";

/** Creates a client of one static site pipeline. */
export const createSiteClient = (deps: ClientDependencies): SiteClient => ({
  ...createSiteReads(deps),
  ...createSiteChanges(deps),
  redrive: createRedrive(deps),
});
