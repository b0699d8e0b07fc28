import type { CacheRule, DeployInput, SiteResources } from "../contract";
import type { SiteTarget } from "../core/deploy-layout";
import type { SiteRelease } from "../core/deploy-state";
import { SiteLockedError, StepFailedError } from "../core/errors";
import type { DeployOutcome, KeptRelease, SiteDeployer, SitePreview } from "../core/ports";
import { previewUrl } from "../core/preview-address";
import type { ZipReader } from "../core/zip-ports";
import { withErrorPage } from "./default-error-page";
import type { DeployDependencies } from "./deploy-dependencies";
import { createShowSite } from "./deploy-lock";
import { createExpirePreviews, createListPreviews, createRemovePreview, type Preview } from "./deploy-preview";
import { createDeploySite, type DeployResult } from "./deploy-site";
import { createPruneSite } from "./prune-site";
import { createRollbackSite } from "./rollback-site";

/** What the deploy engine is opened with. */
export interface EngineDependencies {
  /** The engine of one site. */
  open(bucket: string, distributionId: string | undefined): DeployDependencies;
  readonly zips: ZipReader;
  /** Account that must own the buckets, 12 digits. */
  readonly account: string;
}

const TIDY = "slipway";

/** The deploy engine as the pipeline's deploy step uses it. */
export const createSiteDeployer = (deps: EngineDependencies): SiteDeployer => ({
  deploy: async (input) => {
    const { bucket, key, version_id: versionId } = input.location;
    const engine = engineOf(deps, input);
    const result = await deps.zips.withZip({ bucket, owner: deps.account, key, versionId }, (source) =>
      createDeploySite(engine)({
        target: targetOf(input),
        source: withErrorPage(source, input.settings),
        sequence: input.build_number,
        commit: input.commit,
        branch: input.branch,
        message: input.message,
        requestedBy: input.requested_by,
        cacheRules: input.settings.cache_rules?.map(toRule),
        errorPage: input.settings.error_page,
      }),
    );
    return outcomeOf(input, result);
  },
  rollback: async (input) => {
    const engine = engineOf(deps, input);
    const result = await createRollbackSite(engine)({
      target: targetOf(input),
      release: input.release_id,
      // What was asked for before must not undo it, however late it comes.
      sequence: input.build_number,
      requestedBy: input.requested_by,
    });
    return outcomeOf(input, result);
  },
  tidy: async ({ settings, resources }) => {
    if (resources.live_bucket === undefined) return;
    const engine = openEngine(deps, resources);
    const keep = settings.keep_releases;
    await createPruneSite(engine)({ target: { kind: "live" }, keep, requestedBy: TIDY });
    await createExpirePreviews(previewEngine(deps, resources))({ requestedBy: TIDY });
  },
  removePreview: async ({ resources }, branch) => {
    if (resources.live_bucket === undefined) return;
    await createRemovePreview(previewEngine(deps, resources))(branch, TIDY);
  },
  contents: async ({ resources }) => {
    if (resources.live_bucket === undefined) return { releases: [], previews: [] };
    const engine = openEngine(deps, resources);
    const [{ releases }, previews] = await Promise.all([
      createShowSite(engine)({ kind: "live" }),
      createListPreviews(engine)(),
    ]);
    return { releases: releases.map(toKept), previews: previews.flatMap((each) => toPreview(resources, each)) };
  },
});

function openEngine(
  { open }: EngineDependencies,
  resources: { readonly live_bucket?: string | undefined; readonly distribution_id?: string | undefined },
): DeployDependencies {
  if (resources.live_bucket === undefined)
    throw new StepFailedError("deploy", "the site has no bucket", { retryable: false });
  return open(resources.live_bucket, resources.distribution_id);
}

/** Nothing of previews is cached, so that there is nothing to invalidate. */
const previewEngine = (deps: EngineDependencies, resources: SiteResources): DeployDependencies =>
  openEngine(deps, { ...resources, distribution_id: undefined });

const engineOf = (deps: EngineDependencies, { preview, resources }: Pick<DeployInput, "preview" | "resources">) =>
  preview === undefined ? openEngine(deps, resources) : previewEngine(deps, resources);

const targetOf = ({ preview }: Pick<DeployInput, "preview">): SiteTarget =>
  preview === undefined ? { kind: "live" } : { kind: "preview", branch: preview };

const toKept = ({ id, sequence, publishedAt, commit, message, requestedBy }: SiteRelease): KeptRelease => ({
  release_id: id,
  build_number: sequence,
  published_at: publishedAt,
  commit,
  message,
  requested_by: requestedBy,
});

const toPreview = (resources: SiteResources, { branch, publishedAt }: Preview): SitePreview[] =>
  branch === undefined ? [] : [{ branch, url: previewUrl(resources, branch), published_at: publishedAt }];

const toRule = ({ glob, cache_control: cacheControl }: CacheRule) => ({ glob, cacheControl });

function outcomeOf({ site_id }: Pick<DeployInput, "site_id">, result: DeployResult): DeployOutcome {
  switch (result.kind) {
    case "deployed":
    case "unchanged":
      return { kind: "live", release_id: result.release.id };
    case "superseded":
      return { kind: "superseded" };
    case "locked":
      throw new SiteLockedError(site_id, result.lock.holder, result.lock.reason);
  }
}
