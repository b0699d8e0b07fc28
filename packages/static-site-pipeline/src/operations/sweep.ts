import { METRICS } from "../contract";
import type { Pipeline } from "../core/pipeline";
import { nextBuild } from "../core/requests";
import { MACHINE_HELD, patienceOf } from "../core/status";
import { tellCommit } from "./fail-deployment";
import { followDeclaration } from "./follow-declaration";
import { lookAt, nudge } from "./site-messages";
import type { SiteDependencies } from "./dependencies";
import { movePipeline, publishMove, recordOf } from "./write-pipeline";

/** Milliseconds without any write after which a site is looked at: a message may have been lost. */
const STALLED = 10 * 60_000;
/** Milliseconds that a function has for publishing the event of its own move. */
const OUTBOX_GRACE = 60_000;
/** Events that one run publishes again at most. */
const EVENTS_AT_ONCE = 500;

/** Milliseconds that a message's failure is kept: longer than any dead letter that it explains. */
const FAILURES_KEPT = 30 * 24 * 3_600_000;
/** Failures that one run removes at most. */
const FAILURES_AT_ONCE = 500;

/** What a run found. */
export interface SweepReport {
  readonly timedOut: readonly string[];
  readonly lookedAt: readonly string[];
  readonly republished: number;
}

/** Goes through all sites: takes time-out edges, does what somebody forgot, publishes what was not. */
export async function sweep(deps: SiteDependencies): Promise<SweepReport> {
  const republished = await republish(deps);
  await deps.pipelines.forgetFailures(timeBefore(deps, FAILURES_KEPT), FAILURES_AT_ONCE);
  const [timedOut, lookedAt]: [string[], string[]] = [[], []];
  for await (const page of deps.pipelines.list()) {
    for (const listed of page) {
      const row = await followDeclaration(deps, listed);
      if (isOverdue(deps, row)) {
        if (await timeOut(deps, row)) timedOut.push(row.site_id);
      } else if (isStalled(deps, row)) {
        await nudge(deps, row);
        lookedAt.push(row.site_id);
      } else if (isTidyDue(deps, row)) await deps.queues.deploy.send([lookAt(row)]);
    }
  }
  return { timedOut, lookedAt, republished };
}

/** In one hour of the day, another one for each site: what is kept no more may go. */
function isTidyDue({ clock }: SiteDependencies, { site_id, status }: Pipeline): boolean {
  const hour = [...site_id].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 24, 0);
  return status === "Deployed" && clock.now().getUTCHours() === hour;
}

const timeBefore = ({ clock }: SiteDependencies, age: number): string =>
  new Date(clock.now().getTime() - age).toISOString();

const ageOf = ({ clock }: SiteDependencies, since: string): number => clock.now().getTime() - Date.parse(since);

/** A locked site waits for a person, whatever its status. */
function isOverdue(deps: SiteDependencies, row: Pipeline): boolean {
  if (row.status === "Queued" && row.lock !== undefined) return false;
  return ageOf(deps, row.status_since) > (patienceOf(row.status) ?? Infinity);
}

const hasGone = ({ gone = [] }: Pipeline): boolean => gone.length > 0;

function isStalled(deps: SiteDependencies, row: Pipeline): boolean {
  const due =
    MACHINE_HELD.includes(row.status) || nextBuild(row) !== undefined || row.delete_when_idle === true || hasGone(row);
  return due && ageOf(deps, row.updated_at) > STALLED;
}

async function timeOut(deps: SiteDependencies, { site_id, version, status, current }: Pipeline): Promise<boolean> {
  const reason = `${status} for more than ${Math.round((patienceOf(status) ?? 0) / 60_000)} minutes`;
  const moved = await movePipeline(
    deps,
    site_id,
    { kind: "timed-out", version },
    {
      reason,
      change: () => ({ current: undefined }),
      builds: (row) => (current === undefined ? [] : [recordOf(row, current, "failed", reason)]),
    },
  );
  if (moved.kind !== "moved") return false;
  deps.metrics.count({ [METRICS.timedOut]: 1 });
  if (current !== undefined) await tellCommit(deps, moved.row, current, "failure", `Build ${current.number} timed out`);
  if (current?.build_id !== undefined) await deps.builder.stop(current.build_id);
  await nudge(deps, moved.row);
  return true;
}

async function republish(deps: SiteDependencies): Promise<number> {
  const unsent = await deps.pipelines.unsent(timeBefore(deps, OUTBOX_GRACE), EVENTS_AT_ONCE);
  for (const event of unsent) await publishMove(deps, event);
  return unsent.length;
}
