import type { SiteResources } from "../contract";
import { StepFailedError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import type { ProvisionStep, SiteInfrastructure, StepResult, TeardownStep } from "../core/ports";
import { hasPreviews, previewDomainOf, previewHosts } from "../core/preview-address";
import { domainOf, type DistributionRole, type SitePlace } from "../core/site-names";
import type { SiteBuckets } from "./site-bucket-steps";
import type { SiteCertificates } from "./site-certificate-steps";
import type { SiteDistributions } from "./site-distribution-steps";
import type { DnsRecords } from "./site-dns-steps";
import type { SiteProjects } from "./site-project-steps";

/** What sites are made with. */
export interface InfrastructureParts {
  readonly place: SitePlace;
  readonly buckets: SiteBuckets;
  readonly distributions: SiteDistributions;
  readonly projects: SiteProjects;
  /** Absent where there is no zone: then there are neither certificates nor records. */
  readonly dns?: DnsRecords | undefined;
  readonly certificates?: SiteCertificates | undefined;
}

const done = <T extends object>(made: T): StepResult<T> => ({ kind: "done", made });

/** Does it for the previews' distribution, where there may be one, and for the live one. @returns whether both are done */
async function forBoth(
  { settings, resources }: Pipeline,
  act: (role: DistributionRole) => Promise<boolean>,
): Promise<boolean> {
  const mayHave = hasPreviews(settings) || resources.preview_distribution_id !== undefined;
  const roles: readonly DistributionRole[] = mayHave ? ["live", "previews"] : ["live"];
  const results = await Promise.all(roles.map(act));
  return results.every((each) => each);
}

/** Sites on AWS. */
export function createSiteInfrastructure(parts: InfrastructureParts): SiteInfrastructure {
  const { place, buckets, distributions, projects, dns, certificates } = parts;
  const domain = ({ site_id, settings }: Pipeline): string | undefined => domainOf(place, site_id, settings);

  const provision: Readonly<Record<ProvisionStep, (row: Pipeline) => Promise<StepResult<SiteResources>>>> = {
    bucket: async ({ site_id }) => done({ live_bucket: await buckets.ensure(site_id) }),
    certificate: async (row) => {
      const wanted = domain(row);
      if (wanted === undefined || certificates === undefined) return done({});
      const others = hasPreviews(row.settings) ? [previewHosts(wanted)] : [];
      const { arn, issued } = await certificates.ensure(row.site_id, wanted, others, row.resources.certificate_arn);
      const made = { certificate_arn: arn };
      return issued ? done(made) : { kind: "pending", waitingFor: "the certificate to be issued", made };
    },
    distribution: async (row) => {
      const own = domain(row);
      const live = await distributions.ensure(row, own, "live");
      const previews = hasPreviews(row.settings)
        ? await distributions.ensure(row, own && previewHosts(own), "previews")
        : undefined;
      await buckets.serveTo(row.site_id, { liveArn: live.arn, previewsArn: previews?.arn });
      const made = {
        distribution_id: live.id,
        distribution_arn: live.arn,
        distribution_domain: live.domain,
        ...(previews !== undefined && {
          preview_distribution_id: previews.id,
          preview_distribution_arn: previews.arn,
          preview_domain: previews.domain,
        }),
      };
      const deployed = live.deployed && previews?.deployed !== false;
      return deployed ? done(made) : { kind: "pending", waitingFor: "the distribution to be deployed", made };
    },
    project: async (row) =>
      row.settings.source.kind === "zip" ? done({}) : done({ build_project: await projects.ensure(row) }),
    record: async (row) => {
      const [wanted, target] = [domain(row), row.resources.distribution_domain];
      if (wanted === undefined || dns === undefined) return done({});
      if (target === undefined) throw new StepFailedError("record", "there is no distribution to point at");
      await dns.point(wanted, target);
      const { preview_domain: previews } = row.resources;
      if (previews === undefined) return done({ record_name: wanted });
      await dns.point(previewHosts(wanted), previews);
      return done({ record_name: wanted, preview_record_name: previewDomainOf(wanted) });
    },
  };

  const remove: Readonly<Record<TeardownStep, (row: Pipeline) => Promise<StepResult>>> = {
    record: async (row) => {
      const { record_name: name = domain(row), distribution_domain: target, preview_domain: previews } = row.resources;
      // Without a distribution there never was a record to it.
      if (name !== undefined && target !== undefined) await dns?.unpoint(name, target);
      if (name !== undefined && previews !== undefined) await dns?.unpoint(previewHosts(name), previews);
      return done({});
    },
    distribution: async (row) =>
      (await forBoth(row, (role) => distributions.remove(row, role)))
        ? done({})
        : { kind: "pending", waitingFor: "the distribution to be deletable" },
    project: async ({ site_id }) => done((await projects.remove(site_id)) ?? {}),
    bucket: async ({ site_id }) =>
      (await buckets.remove(site_id)) ? done({}) : { kind: "pending", waitingFor: "the bucket to be empty" },
    certificate: async (row) => {
      const name = domain(row);
      if (name === undefined || certificates === undefined) return done({});
      const gone = await certificates.remove(row.site_id, name, row.resources.certificate_arn);
      return gone ? done({}) : { kind: "pending", waitingFor: "the certificate to be free" };
    },
  };

  const disable = async (row: Pipeline): Promise<StepResult> =>
    (await forBoth(row, (role) => distributions.disable(row, role)))
      ? done({})
      : { kind: "pending", waitingFor: "the distribution to be disabled" };
  return { provision, remove, disable };
}
