import type { SiteResources } from "../contract";
import { StepFailedError } from "../core/errors";
import type { Pipeline } from "../core/pipeline";
import type { ProvisionStep, SiteInfrastructure, StepResult, TeardownStep } from "../core/ports";
import { domainOf, type SitePlace } from "../core/site-names";
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

/** Sites on AWS. */
export function createSiteInfrastructure(parts: InfrastructureParts): SiteInfrastructure {
  const { place, buckets, distributions, projects, dns, certificates } = parts;
  const domain = ({ site_id, settings }: Pipeline): string | undefined => domainOf(place, site_id, settings);

  const provision: Readonly<Record<ProvisionStep, (row: Pipeline) => Promise<StepResult<SiteResources>>>> = {
    bucket: async ({ site_id }) => done({ live_bucket: await buckets.ensure(site_id) }),
    certificate: async (row) => {
      const wanted = domain(row);
      if (wanted === undefined || certificates === undefined) return done({});
      const { arn, issued } = await certificates.ensure(row.site_id, wanted, row.resources.certificate_arn);
      const made = { certificate_arn: arn };
      return issued ? done(made) : { kind: "pending", waitingFor: "the certificate to be issued", made };
    },
    distribution: async (row) => {
      const { id, arn, domain: name, deployed } = await distributions.ensure(row, domain(row));
      await buckets.serveTo(row.site_id, arn);
      const made = { distribution_id: id, distribution_arn: arn, distribution_domain: name };
      return deployed ? done(made) : { kind: "pending", waitingFor: "the distribution to be deployed", made };
    },
    project: async (row) =>
      row.settings.source.kind === "zip" ? done({}) : done({ build_project: await projects.ensure(row) }),
    record: async (row) => {
      const [wanted, target] = [domain(row), row.resources.distribution_domain];
      if (wanted === undefined || dns === undefined) return done({});
      if (target === undefined) throw new StepFailedError("record", "there is no distribution to point at");
      await dns.point(wanted, target);
      return done({ record_name: wanted });
    },
  };

  const remove: Readonly<Record<TeardownStep, (row: Pipeline) => Promise<StepResult>>> = {
    record: async (row) => {
      const { record_name: name = domain(row), distribution_domain: target } = row.resources;
      // Without a distribution there never was a record to it.
      if (name !== undefined && target !== undefined) await dns?.unpoint(name, target);
      return done({});
    },
    distribution: async (row) =>
      (await distributions.remove(row))
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
    (await distributions.disable(row)) ? done({}) : { kind: "pending", waitingFor: "the distribution to be disabled" };
  return { provision, remove, disable };
}
