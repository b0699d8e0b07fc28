import type { BuildRecord, Pipeline, SiteDetails, SiteSummary } from "@slipway/static-site-pipeline/library";

/** A line of the list as JSON. */
export const summaryJson = (site: SiteSummary): Record<string, unknown> => ({
  site_id: site.site_id,
  name: site.name,
  status: site.status,
  address: urlOf(site.address) ?? null,
  live: site.live ?? null,
  lock: site.lock ?? null,
  reason: site.reason ?? null,
  updated_at: site.updated_at,
});

/** A build as JSON. */
export const buildJson = (build: BuildRecord): Record<string, unknown> => ({
  number: build.number,
  state: build.state,
  reason: build.reason ?? null,
  trigger: build.trigger,
  preview: build.preview ?? null,
  branch: build.branch ?? null,
  commit: build.commit ?? null,
  message: build.message ?? null,
  phase: build.phase ?? null,
  log: build.log ?? null,
  build_id: build.build_id ?? null,
  release_id: build.release_id ?? null,
  request_id: build.request_id,
  requested_at: build.requested_at,
  requested_by: build.requested_by,
  correlation_id: build.correlation_id,
  updated_at: build.updated_at,
});

/** All about a site as JSON. */
export const detailsJson = ({ site, releases, previews, builds }: SiteDetails): Record<string, unknown> => ({
  site_id: site.site_id,
  status: site.status,
  status_since: site.status_since,
  reason: site.reason ?? null,
  created_at: site.created_at,
  updated_at: site.updated_at,
  address: addressOf(site) ?? null,
  settings: site.settings,
  resources: site.resources,
  live: site.live ?? null,
  lock: site.lock ?? null,
  to_be_removed: site.delete_when_idle ?? false,
  releases: releases.map((release) => ({
    ...release,
    commit: release.commit ?? null,
    message: release.message ?? null,
  })),
  previews: previews.map((preview) => ({ ...preview })),
  builds: builds.map(buildJson),
});

/** Where a site is. */
export const addressOf = ({ resources }: Pick<Pipeline, "resources">): string | undefined =>
  urlOf(resources.record_name ?? resources.distribution_domain);

/** Address of a host. */
export const urlOf = (host: string | undefined): string | undefined => host && `https://${host}`;
