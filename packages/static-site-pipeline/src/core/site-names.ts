import { createHash } from "node:crypto";
import { InvalidInputError } from "@slipway/core";
import type { SiteSettings } from "../contract";

/** Which domains sites may have. */
export interface SiteDomains {
  readonly hostedZoneId?: string | undefined;
  readonly baseDomain?: string | undefined;
}

/** Where sites are provisioned: what their names are made of. */
export interface SitePlace extends SiteDomains {
  /** Name of the component. */
  readonly name: string;
  /** Account id, 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** Which of a site's distributions is meant. */
export type DistributionRole = "live" | "previews";

/** Distinguishes this component's sites from those of any other one anywhere, since buckets share one space of names. */
const markOf = ({ name, account, region }: SitePlace): string =>
  createHash("sha256").update(`${account}/${region}/${name}`).digest("hex").slice(0, 10);

/** Name of a site's bucket: 63 characters at most, and the same each time. */
export const bucketNameOf = (place: SitePlace, siteId: string): string => `slipway-${markOf(place)}-${siteId}`;

/** Name of a site's CodeBuild project. */
export const projectNameOf = (place: SitePlace, siteId: string): string => `${place.name}-${siteId}`;

/** What a site's distribution says of itself; it is found by that. */
export const distributionCommentOf = (place: SitePlace, siteId: string): string => `slipway ${markOf(place)} ${siteId}`;

/** The same of the distribution of its previews. */
export const previewCommentOf = (place: SitePlace, siteId: string): string =>
  `${distributionCommentOf(place, siteId)} previews`;

/** Domain that a site is at; nothing where it keeps its distribution's own name. */
export function domainOf({ hostedZoneId, baseDomain }: SiteDomains, siteId: string, settings: SiteSettings) {
  if (hostedZoneId === undefined) return undefined;
  return settings.domain ?? (baseDomain === undefined ? undefined : `${siteId}.${baseDomain}`);
}

/**
 * Refuses a domain that a site cannot get here. @throws InvalidInputError
 *
 * Beside the base domain there may be a zone for it, or none: a program says so, with a StaticSite and a zone of its own.
 */
export function requireDomain({ hostedZoneId, baseDomain }: SiteDomains, domain: string | undefined): void {
  if (domain === undefined) return;
  const elsewhere = "or declare a StaticSite with a hostedZoneId of its own";
  if (hostedZoneId === undefined) {
    const problem = `${domain} needs a Route 53 zone, and the static sites have none`;
    throw new InvalidInputError(
      "domain",
      problem,
      `leave it out, give the StaticSitePipeline a hostedZoneId, ${elsewhere}`,
    );
  }
  if (baseDomain === undefined || domain === baseDomain || domain.endsWith(`.${baseDomain}`)) return;
  const problem = `${domain} is not below the base domain ${baseDomain}`;
  throw new InvalidInputError("domain", problem, `choose one that is, ${elsewhere}`);
}

/** Tags of everything that a site has. */
export const tagsOf = ({ name }: SitePlace, siteId: string): Readonly<Record<string, string>> => ({
  "slipway:sites": name,
  "slipway:site": siteId,
});
