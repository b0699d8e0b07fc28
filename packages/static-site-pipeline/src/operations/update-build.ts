import type { DeployLocation } from "../contract";
import type { Build, Pipeline } from "../core/pipeline";
import type { BuildUpdate } from "../core/build-update";
import { failDeployment } from "./fail-deployment";
import { nudge } from "./site-messages";
import type { SiteDependencies } from "./dependencies";
import { changePipeline, recordOf } from "./write-pipeline";

/** How an update of CodeBuild ended. */
export type BuildUpdateResult =
  { readonly kind: "taken" } | { readonly kind: "ignored"; readonly reason: "no such site" | "another build" | "late" };

/**
 * Takes up what CodeBuild tells of a build. It is about that build only: when another one is current, or this one is
 * past it already, nothing happens.
 */
export async function updateBuild(deps: SiteDependencies, update: BuildUpdate): Promise<BuildUpdateResult> {
  const row = await deps.pipelines.get(update.site_id);
  if (row === undefined) return { kind: "ignored", reason: "no such site" };
  const { current } = row;
  if (current === undefined || !isAbout(current, update)) return { kind: "ignored", reason: "another build" };
  if (row.status !== "Queued" || current.output !== undefined) {
    // What comes after it may have been lost with a function that died.
    if (update.status === "succeeded") await nudge(deps, row);
    return { kind: "ignored", reason: "late" };
  }
  if (update.status === "running") return notePhase(deps, row, update);
  if (update.status === "failed") {
    await failDeployment(deps, row, withUpdate(current, update), failureOf(update));
  } else {
    await takeOutput(deps, row, current, update);
  }
  await nudge(deps, row);
  return { kind: "taken" };
}

const isAbout = (current: Build, { build_number, build_id }: BuildUpdate): boolean =>
  current.number === build_number && (current.build_id === undefined || current.build_id === build_id);

const failureOf = ({ phase, reason }: BuildUpdate): string =>
  phase === undefined ? `the build ended: ${reason}` : `${phase} failed: ${reason}`;

const withUpdate = (build: Build, { build_id, phase, log }: BuildUpdate): Build => ({
  ...build,
  build_id,
  ...(phase !== undefined && { phase }),
  ...(log !== undefined && { log }),
});

async function notePhase(deps: SiteDependencies, row: Pipeline, update: BuildUpdate): Promise<BuildUpdateResult> {
  const { changed } = await changePipeline(
    deps,
    row.site_id,
    (now) => {
      const fits = now.status === "Queued" && now.current !== undefined && isAbout(now.current, update);
      if (!fits || now.current?.output !== undefined) return undefined;
      const same = now.current?.phase === update.phase && now.current?.build_id === update.build_id;
      return same || now.current === undefined ? undefined : { current: withUpdate(now.current, update) };
    },
    (after) => (after.current === undefined ? [] : [recordOf(after, after.current, "building")]),
  );
  return changed ? { kind: "taken" } : { kind: "ignored", reason: "late" };
}

/** A build that says it succeeded and archived nothing has failed. */
async function takeOutput(
  deps: SiteDependencies,
  row: Pipeline,
  current: Build,
  update: BuildUpdate,
): Promise<DeployLocation | undefined> {
  const output = await deps.outputs.find(row.site_id, current.number);
  if (output === undefined) {
    await failDeployment(deps, row, withUpdate(current, update), "Archive failed: the build left no archive");
    return undefined;
  }
  await changePipeline(
    deps,
    row.site_id,
    (now) => {
      const fits = now.status === "Queued" && now.current !== undefined && isAbout(now.current, update);
      return fits && now.current !== undefined
        ? { current: { ...withUpdate(now.current, update), output } }
        : undefined;
    },
    (after) => (after.current === undefined ? [] : [recordOf(after, after.current, "deploying")]),
  );
  return output;
}
