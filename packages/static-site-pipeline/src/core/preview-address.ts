import type { SiteResources, SiteSettings } from "../contract";
import { previewSlug } from "./deploy-layout";

/** Whether a site has previews at all. */
export const hasPreviews = ({ preview_branches = [] }: Pick<SiteSettings, "preview_branches">): boolean =>
  preview_branches.length > 0;

/** Domain below which each preview has a host of its own. */
export const previewDomainOf = (domain: string): string => `preview.${domain}`;

/** All hosts of previews. */
export const previewHosts = (domain: string): string => `*.${previewDomainOf(domain)}`;

/** Address of a branch's preview; nothing where previews have no distribution. */
export function previewUrl({ preview_record_name, preview_domain }: SiteResources, branch: string): string | undefined {
  const slug = previewSlug(branch);
  if (preview_record_name !== undefined) return `https://${slug}.${preview_record_name}/`;
  return preview_domain === undefined ? undefined : `https://${preview_domain}/${slug}/`;
}

/** Path that a build's absolute links begin with: not `/` for a preview only that shares its host with others. */
export function basePathOf(resources: SiteResources, preview: string | undefined): string {
  const url = preview === undefined ? undefined : previewUrl(resources, preview);
  return url === undefined ? "/" : new URL(url).pathname;
}
