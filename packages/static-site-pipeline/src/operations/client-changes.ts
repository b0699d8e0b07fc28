import { isSha } from "@slipway/code-push/webhooks";
import { InvalidInputError, type DeadLetters, type Sleeper } from "@slipway/core";
import { MESSAGES, type DeployRequestMessage } from "../contract";
import { decide } from "../core/decide";
import { IllegalMoveError, NoSourceError, SiteLockedError } from "../core/errors";
import { stateOf, type Pipeline } from "../core/pipeline";
import type { ReleaseUploads } from "../core/ports";
import { requireSettings, requireSiteId } from "../core/settings";
import { isLeaving } from "../core/status";
import type { ChangeOptions, SiteChange, SiteClient } from "../site-client";
import { createSite } from "./create-site";
import type { SiteDependencies } from "./dependencies";
import { requestProvision } from "./provision-site";
import { nudge } from "./site-messages";
import { requestDeletion } from "./teardown-site";
import { changePipeline, readPipeline } from "./write-pipeline";

/** What a client works with. */
export interface ClientDependencies extends SiteDependencies {
  readonly uploads: ReleaseUploads;
  /** Who asks, for the records. */
  readonly requestedBy: string;
  readonly sleeper: Sleeper;
  /** Dead letters by the name of their queue. */
  readonly deadLetters: Readonly<Record<string, DeadLetters>>;
}

/** Builds that are looked through for a release to go back to. */
const HISTORY = 100;

/** The commands that change something. Each of them first finds out whether it can be done, also when it is a dry run. */
export const createSiteChanges = (
  deps: ClientDependencies,
): Omit<SiteClient, "list" | "show" | "logs" | "redrive"> => ({
  create: (siteId, settings, options) => create(deps, siteId, settings, options),
  deploy: (siteId, options = {}) => deploy(deps, siteId, options),
  release: (siteId, options) => release(deps, siteId, options),
  rollback: (siteId, options = {}) => rollback(deps, siteId, options),
  provision: (siteId, options) => provision(deps, siteId, options),
  teardown: (siteId, options) => teardown(deps, siteId, options),
  lock: (siteId, options) => lock(deps, siteId, options),
  unlock: (siteId, options) => unlock(deps, siteId, options),
});

const planned = (site_id: string, what: string): SiteChange => ({ site_id, done: false, what });

const create: Command<[Parameters<SiteClient["create"]>[1]]> = async (deps, siteId, settings, { dryRun } = {}) => {
  const [id, checked] = [requireSiteId(siteId), requireSettings(settings)];
  const what = `a pre-provisioned pipeline for ${checked.name}`;
  const there = (await deps.pipelines.get(id)) !== undefined;
  if (there) return { site_id: id, done: false, what: "it is there already" };
  if (dryRun === true) return planned(id, what);
  const created = await createSite(deps, id, checked, deps.ids.next());
  return { site_id: id, done: created === "created", what };
};

async function deploy(
  deps: ClientDependencies,
  siteId: string,
  { commit, dryRun }: ChangeOptions & { readonly commit?: string | undefined },
): Promise<SiteChange> {
  if (commit !== undefined && !isSha(commit)) throw new InvalidInputError("commit", `${commit} is no whole commit id`);
  const row = await readDeployable(deps, siteId);
  const { source } = row.settings;
  if (source.kind === "zip") throw new NoSourceError(siteId, "has no source to build");
  const what = `a build of ${commit ?? source.branch} of ${source.repository}`;
  const archive = source.kind === "code-push" ? await lastArchive(deps, siteId, commit) : {};
  if (dryRun === true) return planned(siteId, what);
  const fields = {
    trigger: "command",
    branch: source.branch,
    ...(commit !== undefined && { commit }),
    ...archive,
  } as const;
  return request(deps, row, what, fields);
}

/** What code push archived is found by what it told before. */
async function lastArchive(deps: ClientDependencies, siteId: string, commit: string | undefined) {
  const builds = await deps.pipelines.builds(siteId, HISTORY);
  const found = builds.find((each) => each.archive && (commit === undefined || each.commit === commit));
  if (found?.archive === undefined) throw new NoSourceError(siteId, "was told of no such archive by the code push");
  return { archive: found.archive, ...(found.commit !== undefined && { commit: found.commit }) };
}

async function release(
  deps: ClientDependencies,
  siteId: string,
  { zip, dryRun }: ChangeOptions & { readonly zip: string },
): Promise<SiteChange> {
  const row = await readDeployable(deps, siteId);
  if (dryRun === true) {
    await deps.uploads.check(zip);
    return planned(siteId, `a release of ${zip}`);
  }
  const { sha256, ...archive } = await deps.uploads.upload(siteId, zip);
  return request(deps, row, `a release of ${zip} (sha256 ${sha256.slice(0, 12)})`, { trigger: "zip", archive });
}

async function rollback(
  deps: ClientDependencies,
  siteId: string,
  { release: wanted, dryRun }: ChangeOptions & { readonly release?: string | undefined },
): Promise<SiteChange> {
  const row = await readDeployable(deps, siteId);
  if (row.lock !== undefined) throw new SiteLockedError(siteId, row.lock.locked_by, row.lock.reason);
  const builds = await deps.pipelines.builds(siteId, HISTORY);
  const deployed = builds.filter(({ state, preview, release_id }) => state === "deployed" && !preview && release_id);
  const found = deployed.find(({ release_id }) =>
    wanted === undefined ? release_id !== row.live?.release_id : release_id === wanted,
  );
  const release_id = wanted ?? found?.release_id;
  if (release_id === undefined) throw new NoSourceError(siteId, "has no release to go back to");
  const what = `back to release ${release_id}${found?.commit === undefined ? "" : ` of ${found.commit}`}`;
  if (dryRun === true) return planned(siteId, what);
  const commit = found?.commit === undefined ? {} : { commit: found.commit };
  return request(deps, row, what, { trigger: "rollback", release_id, ...commit });
}

async function readDeployable(deps: ClientDependencies, siteId: string): Promise<Pipeline> {
  const row = await readPipeline(deps, siteId);
  if (isLeaving(row.status) || row.delete_when_idle === true)
    throw new IllegalMoveError(siteId, row.status, "a deployment");
  return row;
}

async function request(
  { queues, ids, clock, requestedBy }: ClientDependencies,
  { site_id }: Pipeline,
  what: string,
  fields: Pick<DeployRequestMessage, "trigger"> & Partial<DeployRequestMessage>,
): Promise<SiteChange> {
  const request_id = ids.next();
  const message: DeployRequestMessage = {
    ...fields,
    type: MESSAGES.deployRequest,
    site_id,
    request_id,
    requested_at: clock.now().toISOString(),
    requested_by: requestedBy,
    correlation_id: request_id,
  };
  await queues.executor.send([message]);
  return { site_id, done: true, what, request_id };
}

const provision: Command = async (deps, siteId, { dryRun } = {}) => {
  const row = await readPipeline(deps, siteId);
  const decision = decide(stateOf(row), { kind: "provision-requested" });
  if (decision.kind === "reject") throw new IllegalMoveError(siteId, row.status, "provisioning");
  if (decision.kind === "ignore") return { site_id: siteId, done: false, what: "it is under way already" };
  const what = "bucket, certificate, distribution, build project and record";
  if (dryRun === true) return planned(siteId, what);
  await requestProvision(deps, siteId, deps.ids.next());
  return { site_id: siteId, done: true, what };
};

const teardown: Command = async (deps, siteId, { dryRun } = {}) => {
  const { resources, status } = await readPipeline(deps, siteId);
  const parts = Object.values(resources).filter((each) => each !== undefined);
  const what = `removal of ${parts.length === 0 ? "the pipeline" : parts.join(", ")}`;
  if (dryRun === true) return planned(siteId, `${what} (it is ${status})`);
  const how = await requestDeletion(deps, siteId, deps.ids.next());
  return { site_id: siteId, done: true, what: `${what}: ${how}` };
};

const lock = async (
  deps: ClientDependencies,
  siteId: string,
  { reason, dryRun }: ChangeOptions & { readonly reason: string },
): Promise<SiteChange> => {
  if (reason.trim() === "") throw new InvalidInputError("reason", "is empty");
  const what = `nothing goes live until it is unlocked: ${reason}`;
  const { lock: there } = await readPipeline(deps, siteId);
  if (there !== undefined && there.locked_by !== deps.requestedBy) {
    throw new SiteLockedError(siteId, there.locked_by, there.reason);
  }
  if (dryRun === true) return planned(siteId, what);
  const wanted = { reason, locked_by: deps.requestedBy, locked_at: deps.clock.now().toISOString() };
  const { row } = await changePipeline(deps, siteId, ({ lock: held }) =>
    held === undefined ? { lock: wanted } : undefined,
  );
  const { locked_by, reason: why } = row.lock ?? wanted;
  if (locked_by !== deps.requestedBy) throw new SiteLockedError(siteId, locked_by, why);
  return { site_id: siteId, done: true, what };
};

const unlock: Command = async (deps, siteId, { dryRun } = {}) => {
  const { lock: there } = await readPipeline(deps, siteId);
  if (there === undefined) return { site_id: siteId, done: false, what: "it is not locked" };
  const what = `unlocked: ${there.locked_by} had locked it, ${there.reason}`;
  if (dryRun === true) return planned(siteId, what);
  const change = ({ lock: held }: Pipeline) => (held === undefined ? undefined : { lock: undefined });
  const { row } = await changePipeline(deps, siteId, change);
  await nudge(deps, row);
  return { site_id: siteId, done: true, what };
};

/** A command on one site. */
type Command<Extra extends readonly unknown[] = []> = (
  deps: ClientDependencies,
  siteId: string,
  ...rest: [...Extra, options?: ChangeOptions]
) => Promise<SiteChange>;
