import type { Pipeline } from "./pipeline";
import { hasPreviews } from "./preview-address";
import { domainOf, type SiteDomains } from "./site-names";

const present = (parts: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.keys(parts).filter((name) => parts[name]);

/** What provisioning makes for a site, in words. */
export function partsToMake(domains: SiteDomains, { site_id, settings }: Pipeline): readonly string[] {
  const hasDomain = domainOf(domains, site_id, settings) !== undefined;
  return present({
    bucket: true,
    certificate: hasDomain,
    distribution: true,
    "distribution of previews": hasPreviews(settings),
    "build project": settings.source.kind !== "zip",
    record: hasDomain,
  });
}

/** What a site has, in words and by name, each once. */
export function partsOf({ resources }: Pick<Pipeline, "resources">): readonly string[] {
  const named: Readonly<Record<string, string | undefined>> = {
    record: resources.record_name,
    distribution: resources.distribution_domain ?? resources.distribution_id,
    "distribution of previews": resources.preview_domain ?? resources.preview_distribution_id,
    "build project": resources.build_project,
    bucket: resources.live_bucket,
    certificate: resources.certificate_arn,
  };
  return Object.entries(named).flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${name}`]));
}
