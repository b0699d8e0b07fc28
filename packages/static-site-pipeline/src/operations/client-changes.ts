import { isSha } from "@slipway/code-push/webhooks";
import { InvalidInputError } from "@slipway/core";
import { MESSAGES, type DeployRequestMessage, type SiteSettings } from "../contract";
import { decide } from "../core/decide";
import { SiteReleaseNotFoundError } from "../core/deploy-errors";
import { IllegalMoveError, NoSourceError, SiteDeclaredError, SiteLockedError } from "../core/errors";
import { stateOf, type Pipeline } from "../core/pipeline";
import { requireSettings, requireSiteId } from "../core/settings";
import { partsOf, partsToMake } from "../core/site-parts";
import { differingSettings } from "../core/settings-change";
import { requireDomain } from "../core/site-names";
import { hintFor } from "../core/status-hints";
import { isLeaving } from "../core/status";
import type { ChangeOptions, SiteChange, SiteClient } from "../site-client";
import { already, planned, type ClientDependencies, type Command } from "./client-dependencies";
import { lock, unlock } from "./client-locks";
import { archivedSource } from "./archived-source";
import { createSite } from "./create-site";
import { requestProvision } from "./provision-site";
import { requestDeletion } from "./teardown-site";
import { update } from "./update-settings";
import { readPipeline } from "./write-pipeline";

/** The commands that change something. Each of them first finds out whether it can be done, also when it is a dry run. */
export const createSiteChanges = (
  deps: ClientDependencies,
): Omit<SiteClient, "list" | "show" | "trace" | "logs" | "redrive" | "wait"> => ({
  create: (siteId, settings, options) => create(deps, siteId, settings, options),
  update: (siteId, settings, options) => update(deps, siteId, settings, options),
  deploy: (siteId, options = {}) => deploy(deps, siteId, options),
  release: (siteId, options) => release(deps, siteId, options),
  rollback: (siteId, options = {}) => rollback(deps, siteId, options),
  provision: (siteId, options) => provision(deps, siteId, options),
  teardown: (siteId, options) => teardown(deps, siteId, options),
  lock: (siteId, options) => lock(deps, siteId, options),
  unlock: (siteId, options) => unlock(deps, siteId, options),
});

const create: Command<[Parameters<SiteClient["create"]>[1]]> = async (deps, siteId, settings, { dryRun } = {}) => {
  const [id, checked] = [requireSiteId(siteId), requireSettings(settings)];
  requireDomain(deps.domains, checked.domain);
  const what = `a pre-provisioned pipeline for ${checked.name}`;
  const there = await deps.pipelines.get(id);
  if (there !== undefined) return already(id, thereAlready(there, checked));
  if (dryRun === true) return planned(id, what);
  const created = await createSite(deps, id, checked, deps.ids.next());
  if (created === "created") return { site_id: id, done: true, what };
  return already(id, thereAlready(await readPipeline(deps, id), checked));
};

function thereAlready({ site_id, settings, declaration }: Pipeline, wanted: SiteSettings): string {
  const others = differingSettings(settings, wanted);
  if (others.length === 0) return "it is there already";
  const how = declaration === undefined ? `slipway site update ${site_id} --settings <file>` : "its StaticSite";
  return `it is there already with other settings (${others.join(", ")}), which stay as they are; change them with ${how}`;
}

async function deploy(
  deps: ClientDependencies,
  siteId: string,
  { commit, dryRun }: ChangeOptions & { readonly commit?: string | undefined },
): Promise<SiteChange> {
  if (commit !== undefined && !isSha(commit)) throw new InvalidInputError("commit", `${commit} is no whole commit id`);
  const row = await readDeployable(deps, siteId);
  const { source } = row.settings;
  if (source.kind === "zip") throw new NoSourceError(siteId, "has no source to build", releaseHint(siteId));
  // From before anything is looked up: a push after that is newer than this.
  const asked = deps.clock.now();
  const found = source.kind === "code-push" ? await archivedSource(deps, siteId, source, commit) : undefined;
  const what = `a build of ${commit ?? branchAt(source.branch, found?.commit)} of ${source.repository}`;
  if (dryRun === true) return heldIfLocked(row, planned(siteId, what));
  const fields = {
    trigger: "command",
    branch: source.branch,
    ...(commit !== undefined && { commit }),
    ...found,
  } as const;
  return request(deps, row, what, fields, asked);
}

const releaseHint = (siteId: string): string =>
  `it has releases only: slipway site release ${siteId} --zip <file> --stack <stack>`;

const branchAt = (branch: string, commit: string | undefined): string =>
  commit === undefined ? branch : `${branch} (${commit.slice(0, 12)})`;

async function release(
  deps: ClientDependencies,
  siteId: string,
  { zip, dryRun }: ChangeOptions & { readonly zip: string },
): Promise<SiteChange> {
  const row = await readDeployable(deps, siteId);
  await deps.uploads.check(zip, row.settings.error_page);
  if (dryRun === true) return heldIfLocked(row, planned(siteId, `a release of ${zip}`));
  const { sha256, ...archive } = await deps.uploads.upload(siteId, zip);
  return request(deps, row, `a release of ${zip} (sha256 ${sha256.slice(0, 12)})`, { trigger: "zip", archive });
}

async function rollback(
  deps: ClientDependencies,
  siteId: string,
  { release: wanted, dryRun }: ChangeOptions & { readonly release?: string | undefined },
): Promise<SiteChange> {
  const row = await readDeployable(deps, siteId);
  refuseLocked(row);
  const [live, ...earlier] = (await deps.deployer.contents(row)).releases;
  if (wanted !== undefined && wanted === live?.release_id) {
    return already(siteId, `release ${wanted} is live already`);
  }
  const found = wanted === undefined ? earlier[0] : earlier.find(({ release_id }) => release_id === wanted);
  if (found === undefined) throw new SiteReleaseNotFoundError(wanted);
  const { release_id, commit } = found;
  const what = `a return to release ${release_id}${commit === undefined ? "" : ` of ${commit}`}`;
  if (dryRun === true) return planned(siteId, what);
  return request(deps, row, what, { trigger: "rollback", release_id, ...(commit !== undefined && { commit }) });
}

/** @throws SiteLockedError */
function refuseLocked({ site_id, lock: held }: Pipeline): void {
  if (held !== undefined) throw new SiteLockedError(site_id, held.locked_by, held.reason);
}

/** What is told of something that would be built, and would not go live yet. */
const heldIfLocked = ({ lock: held }: Pipeline, change: SiteChange): SiteChange =>
  held === undefined ? change : { ...change, held: `it is locked by ${held.locked_by}: ${held.reason}` };

async function readDeployable(deps: ClientDependencies, siteId: string): Promise<Pipeline> {
  const row = await readPipeline(deps, siteId);
  if (isLeaving(row.status) || row.delete_when_idle === true)
    throw new IllegalMoveError(siteId, row.status, "a deployment", hintFor(row));
  return row;
}

async function request(
  { queues, ids, clock, identity }: ClientDependencies,
  { site_id }: Pipeline,
  what: string,
  fields: Pick<DeployRequestMessage, "trigger"> & Partial<DeployRequestMessage>,
  asked: Date = clock.now(),
): Promise<SiteChange> {
  const [request_id, requested_at] = [ids.next(), asked.toISOString()];
  const message: DeployRequestMessage = {
    ...fields,
    type: MESSAGES.deployRequest,
    site_id,
    request_id,
    requested_at,
    requested_by: (await identity.whoami()).name,
    correlation_id: request_id,
  };
  await queues.executor.send([message]);
  return { site_id, done: true, what, request_id, requested_at };
}

const provision: Command = async (deps, siteId, { dryRun } = {}) => {
  const row = await readPipeline(deps, siteId);
  if (row.declaration !== undefined) throw new SiteDeclaredError(siteId, "provisioning");
  const decision = decide(stateOf(row), { kind: "provision-requested" });
  if (decision.kind === "reject") throw new IllegalMoveError(siteId, row.status, "provisioning", hintFor(row));
  if (decision.kind === "ignore") return already(siteId, "it is under way already");
  const what = `provisioning of its ${partsToMake(deps.domains, row).join(", ")}`;
  if (dryRun === true) return planned(siteId, what);
  await requestProvision(deps, siteId, deps.ids.next());
  return { site_id: siteId, done: true, what };
};

const teardown: Command = async (deps, siteId, { dryRun } = {}) => {
  const row = await readPipeline(deps, siteId);
  if (row.declaration !== undefined) throw new SiteDeclaredError(siteId, "removal");
  refuseLocked(row);
  const parts = partsOf(row);
  const what = `removal of ${parts.length === 0 ? "the pipeline" : parts.join(", ")}`;
  if (dryRun === true) return planned(siteId, `${what} (it is ${row.status})`);
  const how = await requestDeletion(deps, siteId, deps.ids.next());
  const later = how === "when idle" ? ", once what is under way has ended" : "";
  return { site_id: siteId, done: true, what: `${what}${later}` };
};
