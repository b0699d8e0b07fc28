import { EVENT_TYPES, METRICS, type Status } from "../contract";
import { decide, type Decision, type PipelineEvent } from "../core/decide";
import { SiteContendedError, SiteNotFoundError } from "../core/errors";
import {
  stateOf,
  type Build,
  type BuildRecord,
  type BuildState,
  type OutboxEvent,
  type Pipeline,
} from "../core/pipeline";
import type { Alongside } from "../core/ports";
import type { SiteDependencies } from "./dependencies";

/** Attempts at a write that others get in the way of. */
const ATTEMPTS = 8;

/** What a change makes of a row; nothing when there is nothing to change any more. */
export type Change = (row: Pipeline) => Partial<Pipeline> | undefined;

/** What is written with a row. */
export type BuildChange = (row: Pipeline) => readonly BuildRecord[];

/** How an event ended. */
export type Moved =
  | { readonly kind: "moved"; readonly row: Pipeline; readonly from: Status }
  | { readonly kind: "gone" }
  | {
      readonly row: Pipeline;
      readonly decision: Exclude<Decision, { kind: "move" }>;
      readonly kind: "ignored" | "rejected";
    };

/** What goes with a move. */
export interface MoveOptions {
  readonly reason?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Whether the row allows it, besides its status. @default it does */
  readonly when?: (row: Pipeline) => boolean;
  /** What else changes in the row. */
  readonly change?: (row: Pipeline) => Partial<Pipeline>;
  readonly builds?: BuildChange;
}

/** Reads a row. @throws SiteNotFoundError */
export async function readPipeline({ pipelines }: Pick<SiteDependencies, "pipelines">, id: string): Promise<Pipeline> {
  const row = await pipelines.get(id);
  if (row === undefined) throw new SiteNotFoundError(id);
  return row;
}

/** Changes a row without a move: read, change, write if nobody was faster, else once more. */
export async function changePipeline(
  deps: SiteDependencies,
  siteId: string,
  change: Change,
  builds: BuildChange = () => [],
): Promise<{ readonly row: Pipeline; readonly changed: boolean }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await readPipeline(deps, siteId);
    const changes = change(before);
    if (changes === undefined) return { row: before, changed: false };
    const after = next(deps, before, changes);
    const written = await deps.pipelines.write(before, after, { builds: builds(after) });
    if (written === "written") return { row: after, changed: true };
  }
  throw new SiteContendedError(siteId);
}

/**
 * Lets an event act on a row: decided by what the row is now, written on the condition that it still is, told.
 *
 * The event that tells of the move is in the same write, and is published after it: if that does not happen here, the
 * sweeper does it.
 */
export async function movePipeline(
  deps: SiteDependencies,
  siteId: string,
  event: PipelineEvent,
  options: MoveOptions = {},
): Promise<Moved> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await deps.pipelines.get(siteId);
    if (before === undefined) return { kind: "gone" };
    const decision = decide(stateOf(before), event);
    if (decision.kind !== "move") {
      return { kind: decision.kind === "ignore" ? "ignored" : "rejected", row: before, decision };
    }
    if (options.when?.(before) === false) {
      return { kind: "ignored", row: before, decision: { kind: "ignore", reason: "held" } };
    }
    const moved = await write(deps, before, decision.to, options);
    if (moved !== undefined) return { kind: "moved", row: moved, from: before.status };
  }
  throw new SiteContendedError(siteId);
}

async function write(
  deps: SiteDependencies,
  before: Pipeline,
  to: Status,
  { reason, correlationId, change, builds }: MoveOptions,
): Promise<Pipeline | undefined> {
  const at = deps.clock.now().toISOString();
  const { reason: _old, ...rest } = before;
  const after = next(deps, rest, {
    ...change?.(before),
    status: to,
    status_since: at,
    ...(reason !== undefined && { reason }),
    ...(correlationId !== undefined && { correlation_id: correlationId }),
  });
  const event = tellingOf(deps, before, after);
  const alongside: Alongside = { event, builds: builds?.(after) };
  const written =
    to === "Deleted"
      ? await deps.pipelines.remove(before, event)
      : await deps.pipelines.write(before, after, alongside);
  if (written === "conflict") return undefined;
  await publishMove(deps, event);
  return after;
}

/** The event of a move. Its id is that of the write, so that whoever sees it twice can tell. */
export function tellingOf({ name }: SiteDependencies, before: Pipeline | undefined, after: Pipeline): OutboxEvent {
  const build = after.current ?? before?.current;
  return {
    sites: name,
    site_id: after.site_id,
    event_id: after.write_id,
    correlation_id: build?.correlation_id ?? after.correlation_id,
    ...(before !== undefined && { from: before.status }),
    to: after.status,
    version: after.version,
    at: after.updated_at,
    ...(after.reason !== undefined && { reason: after.reason }),
    ...(build !== undefined && { build_number: build.number }),
    ...(build?.commit !== undefined && { commit: build.commit }),
  };
}

/** Publishes the event of a move that was written. What fails here is left to the sweeper. */
export async function publishMove(deps: SiteDependencies, event: OutboxEvent): Promise<void> {
  const { site_id, from, to, correlation_id, version, reason } = event;
  const problem = await deps.events.publish({ type: EVENT_TYPES.statusChanged, detail: { ...event } });
  if (problem !== undefined) return deps.log.warn("event waits", { site_id, correlation_id, reason: problem });
  deps.metrics.count({ [METRICS.moves]: 1, ...(to.startsWith("Failed") && { [METRICS.failed]: 1 }) });
  deps.log.info("moved", { site_id, from, to, version, correlation_id, reason });
  await deps.pipelines.settle(event);
}

/** The row after a change. */
function next(deps: SiteDependencies, before: Pipeline, changes: Partial<Pipeline>): Pipeline {
  return {
    ...before,
    ...changes,
    version: before.version + 1,
    write_id: deps.ids.next(),
    updated_at: deps.clock.now().toISOString(),
  };
}

/** How a build is kept for people. */
export const recordOf = (row: Pipeline, build: Build, state: BuildState, reason?: string): BuildRecord => ({
  ...build,
  site_id: row.site_id,
  state,
  updated_at: row.updated_at,
  ...(reason !== undefined && { reason }),
});
