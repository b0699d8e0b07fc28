import { METRICS } from "../contract";
import { SlipwayError } from "@slipway/core";
import { isUnlocked, type Build, type Pipeline } from "../core/pipeline";
import { needsBuild, nextBuild } from "../core/requests";
import { isDeletable, isLeaving } from "../core/status";
import type { SiteDependencies } from "./dependencies";
import { failDeployment, tellCommit } from "./fail-deployment";
import { followDeclaration } from "./follow-declaration";
import { announceSuperseded } from "./superseded";
import { lookAt } from "./site-messages";
import { changePipeline, movePipeline, recordOf, type Change } from "./write-pipeline";

/** Turns of one call; each of them ends in one of the statuses where somebody else is next. */
const TURNS = 10;

/** What is to be done at a site next, if anything. */
type Step = (deps: SiteDependencies, row: Pipeline) => Promise<"again" | "done">;

/**
 * Looks at a site and does what is due there, until somebody else is next: CodeBuild, another function, a person.
 *
 * Nothing of it depends on who calls or why, so any message may be lost or come twice.
 */
export async function advance(deps: SiteDependencies, siteId: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const found = await deps.pipelines.get(siteId);
    const row = found && (await followDeclaration(deps, found));
    if (row === undefined || (await stepOf(row)(deps, row)) === "done") return;
  }
}

function stepOf(row: Pipeline): Step {
  if (row.delete_when_idle === true && isDeletable(row.status) && !isLeaving(row.status)) {
    return isUnlocked(row) ? scheduleDeletion : nothing;
  }
  switch (row.status) {
    case "Provision Request":
    case "Provisioning":
      return send("provision");
    case "Ready for Deployment":
    case "Deployed":
    case "Failed to Deploy":
      if (nextBuild(row) !== undefined) return queueNext;
      return row.gone === undefined || row.gone.length === 0 ? nothing : send("deploy");
    case "Queued":
      return stepOfQueued(row);
    case "Deploying":
      return send("deploy");
    case "Scheduled for Deletion":
      return send("startTeardown");
    case "Deleting":
      return send("teardown");
    default:
      return nothing;
  }
}

function stepOfQueued(row: Pipeline): Step {
  const { current } = row;
  if (current === undefined) return queueNext;
  const replacement = row.waiting.find(({ preview }) => preview === current.preview);
  if (replacement !== undefined) return replaceCurrent;
  if (!needsBuild(current) || current.output !== undefined) return row.lock === undefined ? send("deploy") : nothing;
  return current.build_id === undefined ? startBuild : nothing;
}

const nothing: Step = async () => "done";

const send =
  (queue: keyof SiteDependencies["queues"]): Step =>
  async ({ queues }, row) => {
    await queues[queue].send([lookAt(row)]);
    return "done";
  };

const scheduleDeletion: Step = async (deps, { site_id }) => {
  const options = { when: isUnlocked, change: () => ({ waiting: [] }) };
  await movePipeline(deps, site_id, { kind: "deletion-requested" }, options);
  return "again";
};

const queueNext: Step = async (deps, { site_id }) => {
  const change = (row: Pipeline): Partial<Pipeline> => takeNext(row) ?? {};
  const builds = (row: Pipeline) => (row.current === undefined ? [] : [recordOf(row, row.current, "waiting")]);
  await movePipeline(deps, site_id, { kind: "deploy-requested" }, { change, builds });
  return "again";
};

const takeNext: Change = (row) => {
  const current = nextBuild(row);
  return current && { current, waiting: row.waiting.filter((each) => each !== current) };
};

/** A newer commit came while an older one was being built: nobody waits for the older one. */
const replaceCurrent: Step = async (deps, { site_id, current: old }) => {
  if (old === undefined) return "again";
  const change: Change = (row) => {
    const newer = row.waiting.find(({ preview }) => preview === old.preview);
    if (row.status !== "Queued" || row.current?.number !== old.number || newer === undefined) return undefined;
    return { current: newer, waiting: row.waiting.filter((each) => each !== newer) };
  };
  const { row, changed } = await changePipeline(deps, site_id, change, (after) => [
    recordOf(after, old, "superseded", `by build ${after.current?.number}`),
  ]);
  if (!changed) return "again";
  await stopBuild(deps, old);
  await announceSuperseded(deps, row, old, row.current?.request_id ?? "");
  return "again";
};

const startBuild: Step = async (deps, row) => {
  const { current } = row;
  if (current === undefined) return "again";
  const started = await start(deps, row, current);
  if (started === undefined) return "again";
  const fields = { build_id: started.build_id, ...(started.log !== undefined && { log: started.log }) };
  const { row: after, changed } = await changePipeline(
    deps,
    row.site_id,
    (now) => (now.current?.number === current.number ? { current: { ...now.current, ...fields } } : undefined),
    (now) => (now.current === undefined ? [] : [recordOf(now, now.current, "building")]),
  );
  if (!changed) {
    await stopBuild(deps, { ...current, ...fields });
    return "again";
  }
  deps.metrics.count({ [METRICS.builds]: 1 });
  const { site_id, correlation_id } = lookAt(after);
  deps.log.info("build started", { site_id, correlation_id, build: current.number, build_id: started.build_id });
  await tellCommit(deps, after, current, "pending", `Build ${current.number} started`);
  return "done";
};

/** What CodeBuild will never take is a failed deployment; everything else is tried again. */
async function start(deps: SiteDependencies, row: Pipeline, current: Build) {
  try {
    return await deps.builder.start(row, current);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.retryable) throw error;
    await failDeployment(deps, row, current, error.message);
    return undefined;
  }
}

async function stopBuild({ builder, log }: SiteDependencies, { build_id, correlation_id }: Build): Promise<void> {
  if (build_id === undefined) return;
  try {
    await builder.stop(build_id);
  } catch (error) {
    log.warn("build not stopped", { build_id, correlation_id, reason: String(error) });
  }
}
