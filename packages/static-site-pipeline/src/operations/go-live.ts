import { SlipwayError } from "@slipway/core";
import { METRICS, type DeployInput } from "../contract";
import { isUnlocked, type Build, type LiveRelease, type Pipeline } from "../core/pipeline";
import type { DeployOutcome } from "../core/ports";
import { previewUrl } from "../core/preview-address";
import { isGone, needsBuild } from "../core/requests";
import { isLeaving } from "../core/status";
import { failDeployment, tellCommit } from "./fail-deployment";
import { removeGonePreviews } from "./gone-branch";
import { nudge } from "./site-messages";
import type { SiteDependencies } from "./dependencies";
import { announceSuperseded } from "./superseded";
import { movePipeline, recordOf } from "./write-pipeline";

/** How a look at what is ready to go live ended. */
export type GoLiveResult =
  | { readonly kind: "deployed"; readonly release_id: string; readonly build_number: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "nothing" };

/**
 * Brings live what is ready, by the deploy engine. Each part of it may have been done by a try that died.
 *
 * @param last Whether nobody tries again: what fails then has failed.
 * @throws whatever may be tried again
 */
export async function goLive(deps: SiteDependencies, siteId: string, last: boolean): Promise<GoLiveResult> {
  const row = await begin(deps, siteId);
  if (row?.status === "Deployed") await tidy(deps, row);
  const current = row?.current;
  if (row === undefined || current === undefined) return { kind: "nothing" };
  try {
    const outcome = await deploy(deps, row, current);
    if (outcome.kind === "superseded") await announceSuperseded(deps, row, current, "what is live is newer");
    await finish(deps, row, current, outcome);
    await nudge(deps, row);
    return outcome.kind === "live"
      ? { kind: "deployed", release_id: outcome.release_id, build_number: current.number }
      : { kind: "nothing" };
  } catch (error) {
    if (!last && mayBeTriedAgain(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await failDeployment(deps, row, current, reason);
    await nudge(deps, row);
    return { kind: "failed", reason };
  }
}

const mayBeTriedAgain = (error: unknown): boolean => !(error instanceof SlipwayError) || error.retryable;

/** The row when it is this site's turn. */
async function begin(deps: SiteDependencies, siteId: string): Promise<Pipeline | undefined> {
  const row = await deps.pipelines.get(siteId);
  if (row?.gone !== undefined && row.gone.length > 0 && !isLeaving(row.status)) await removeGonePreviews(deps, row);
  if (row?.status === "Deploying" || row?.status === "Deployed") return row;
  const { current } = row ?? {};
  if (row?.status !== "Queued" || current === undefined || !isUnlocked(row)) return undefined;
  // The archive of something to build is its source, which is nothing to show: a message may come before it is built.
  if (needsBuild(current) && current.output === undefined) return undefined;
  const moved = await movePipeline(
    deps,
    siteId,
    { kind: "deploy-started", build: current.number },
    { when: isUnlocked, builds: (after) => [recordOf(after, current, "deploying")] },
  );
  return moved.kind === "moved" ? moved.row : undefined;
}

/** What is kept no more goes when nothing else is to be done; nothing waits for it. */
async function tidy({ deployer, log }: SiteDependencies, row: Pipeline): Promise<void> {
  try {
    await deployer.tidy(row);
  } catch (error) {
    log.warn("not tidied", { site_id: row.site_id, reason: String(error) });
  }
}

async function deploy({ deployer }: SiteDependencies, row: Pipeline, build: Build): Promise<DeployOutcome> {
  if (isGone(row, build)) return { kind: "superseded" };
  const input = inputOf(row, build);
  if (build.release_id !== undefined) return deployer.rollback({ ...input, release_id: build.release_id });
  const location = needsBuild(build) ? build.output : build.archive;
  if (location === undefined) throw new TypeError(`build ${build.number} of ${row.site_id} has nothing to deploy`);
  return deployer.deploy({ ...input, location });
}

const inputOf = (row: Pipeline, build: Build): Omit<DeployInput, "location"> => ({
  site_id: row.site_id,
  build_number: build.number,
  settings: row.settings,
  resources: row.resources,
  requested_by: build.requested_by,
  correlation_id: build.correlation_id,
  ...(build.preview !== undefined && { preview: build.preview }),
  ...(build.commit !== undefined && { commit: build.commit }),
  ...(build.branch !== undefined && { branch: build.branch }),
  ...(build.message !== undefined && { message: build.message }),
});

async function finish(deps: SiteDependencies, row: Pipeline, build: Build, outcome: DeployOutcome): Promise<void> {
  const live = outcome.kind === "live" && build.preview === undefined ? liveOf(deps, build, outcome.release_id) : {};
  const state = outcome.kind === "live" ? "deployed" : "superseded";
  const moved = await movePipeline(
    deps,
    row.site_id,
    { kind: "deployed", build: build.number },
    {
      change: () => ({ current: undefined, ...live }),
      builds: (after) => [{ ...recordOf(after, build, state), ...releaseOf(outcome) }],
    },
  );
  if (moved.kind !== "moved" || outcome.kind !== "live") return;
  const delay = deps.clock.now().getTime() - Date.parse(build.requested_at);
  deps.metrics.count({ [METRICS.deployed]: 1, ...(Number.isFinite(delay) && { [METRICS.delay]: Math.max(0, delay) }) });
  const where = build.preview === undefined ? "live" : previewAt(row, build.preview);
  await tellCommit(deps, moved.row, build, "success", `Build ${build.number} is ${where}`);
}

const previewAt = ({ resources }: Pipeline, branch: string): string =>
  `a preview at ${previewUrl(resources, branch) ?? "no address"}`;

const releaseOf = (outcome: DeployOutcome) => (outcome.kind === "live" ? { release_id: outcome.release_id } : {});

function liveOf({ clock }: SiteDependencies, build: Build, release_id: string): { readonly live: LiveRelease } {
  const commit = build.commit === undefined ? {} : { commit: build.commit };
  return { live: { release_id, build_number: build.number, ...commit, deployed_at: clock.now().toISOString() } };
}
