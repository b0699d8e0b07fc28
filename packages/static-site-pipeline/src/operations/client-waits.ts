import type { DeploymentRequest } from "../contract";
import type { BuildRecord, Pipeline } from "../core/pipeline";
import { isNewer } from "../core/requests";
import { isLeaving } from "../core/status";
import type { Awaited, SiteEnding, WaitOptions } from "../site-client";
import type { ClientDependencies } from "./client-dependencies";

/** Milliseconds between two looks. */
const LOOK_AGAIN = 2_000;
/** Builds that are looked through for the one that is waited for. */
const BUILDS = 100;
/** Milliseconds after which a request that nobody has taken up is not waited for any longer. */
const PATIENCE = 15 * 60_000;

/** What a look finds: the end, or who is next. */
type Look = (row: Pipeline | undefined) => Promise<SiteEnding | BuildRecord | undefined>;

/** Waits for what was asked for. Ends when it has ended, or when a person is next. */
export async function waitFor(
  deps: ClientDependencies,
  siteId: string,
  awaited: Awaited,
  { onProgress, signal }: WaitOptions = {},
): Promise<SiteEnding> {
  const look = lookFor(deps, siteId, awaited);
  for (;;) {
    if (signal?.aborted === true) return { kind: "stopped" };
    const row = await deps.pipelines.get(siteId);
    const found = await look(row);
    if (found !== undefined && "kind" in found) return found;
    if (row !== undefined) onProgress?.({ status: row.status, build: found });
    await deps.sleeper.sleep(LOOK_AGAIN, signal);
  }
}

function lookFor(deps: ClientDependencies, siteId: string, awaited: Awaited): Look {
  if (awaited.kind !== "deployment") {
    const endingOf = awaited.kind === "provisioning" ? provisioningOf : removalOf;
    return async (row) => endingOf(row);
  }
  const { request_id: wanted } = awaited;
  const since = deps.clock.now().getTime();
  return async (row) => {
    if (row === undefined) return { kind: "failed", reason: "the site was removed" };
    const builds = await deps.pipelines.builds(siteId, BUILDS);
    const build = builds.find(({ request_id }) => request_id === wanted);
    if (build !== undefined) return deploymentOf(row, build);
    if (deps.clock.now().getTime() - since > PATIENCE) {
      return { kind: "held", by: "executor", reason: "nobody has taken the request up" };
    }
    return untakenOf(row, awaited);
  };
}

function provisioningOf(row: Pipeline | undefined): SiteEnding | undefined {
  if (row === undefined || isLeaving(row.status)) return { kind: "failed", reason: "the site is being removed" };
  if (row.status === "Failed to Provision") return { kind: "failed", reason: row.reason ?? row.status };
  const under = row.status === "Provision Request" || row.status === "Provisioning";
  return under ? undefined : { kind: "done" };
}

function removalOf(row: Pipeline | undefined): SiteEnding | undefined {
  if (row === undefined) return { kind: "done" };
  // Asked for again, it stays so for the moment that the executor takes to look at it.
  const { lock } = row;
  if (lock !== undefined && !isLeaving(row.status)) {
    return { kind: "held", by: "lock", reason: `it is locked by ${lock.locked_by}: ${lock.reason}` };
  }
  return row.status === "Failed to Delete" ? { kind: "failed", reason: row.reason ?? row.status } : undefined;
}

function deploymentOf(row: Pipeline, build: BuildRecord): SiteEnding | BuildRecord {
  if (build.state === "deployed") return { kind: "done", build };
  if (build.state === "failed") return { kind: "failed", reason: build.reason ?? "it failed", build };
  if (build.state === "superseded") return { kind: "superseded", reason: build.reason ?? "by a newer one", build };
  const { current, lock } = row;
  const isReady = current?.output !== undefined || current?.trigger === "zip" || current?.trigger === "rollback";
  if (lock !== undefined && row.status === "Queued" && current?.number === build.number && isReady) {
    return { kind: "held", by: "lock", reason: `it is locked by ${lock.locked_by}: ${lock.reason}`, build };
  }
  if (row.status === "Pre Provisioned" || row.status === "Failed to Provision") {
    return { kind: "held", by: "provisioning", reason: `the site is ${row.status}: it waits to be provisioned`, build };
  }
  return build;
}

function untakenOf(row: Pipeline, request: Pick<DeploymentRequest, "request_id" | "requested_at">) {
  if (isLeaving(row.status) || row.delete_when_idle === true) {
    return { kind: "failed", reason: "the site is being removed" } as const;
  }
  const newer = row.newest !== undefined && isNewer(row.newest, request);
  return newer ? ({ kind: "superseded", reason: "by a newer request" } as const) : undefined;
}
