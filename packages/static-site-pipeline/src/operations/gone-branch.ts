import type { BranchGoneMessage } from "../contract";
import type { GoneBranch, Pipeline } from "../core/pipeline";
import { takeDeletion } from "../core/requests";
import { advance } from "./advance";
import type { SiteDependencies } from "./dependencies";
import { changePipeline, recordOf } from "./write-pipeline";

/**
 * Takes up that a branch was deleted: what waits for its preview does so no longer, and the preview goes as soon as nothing
 * is under way.
 *
 * @throws SiteNotFoundError
 */
export async function takeGoneBranch(
  deps: SiteDependencies,
  { site_id, branch, gone_at }: BranchGoneMessage,
): Promise<"taken" | "known"> {
  let dropped: Pipeline["waiting"] = [];
  const { changed } = await changePipeline(
    deps,
    site_id,
    (row) => {
      const taken = takeDeletion(row, { branch, gone_at });
      dropped = taken === undefined ? [] : row.waiting.filter((build) => taken.waiting?.includes(build) !== true);
      return taken;
    },
    (row) => dropped.map((build) => recordOf(row, build, "superseded", `by the deletion of ${branch}`)),
  );
  await advance(deps, site_id);
  return changed ? "taken" : "known";
}

/** Removes the previews of branches that are gone. What fails is tried again with the next look at the site. */
export async function removeGonePreviews(deps: SiteDependencies, row: Pipeline): Promise<void> {
  const { site_id, current, gone = [] } = row;
  const due = gone.filter(({ branch }) => current?.preview !== branch);
  const removed: GoneBranch[] = [];
  for (const each of due) {
    try {
      await deps.deployer.removePreview(row, each.branch);
      removed.push(each);
      deps.log.info("preview removed", { site_id, branch: each.branch });
    } catch (error) {
      deps.log.warn("preview not removed", { site_id, branch: each.branch, reason: String(error) });
    }
  }
  if (removed.length === 0) return;
  const isDone = (each: GoneBranch): boolean =>
    removed.some(({ branch, gone_at }) => branch === each.branch && gone_at === each.gone_at);
  await changePipeline(deps, site_id, ({ gone: now = [] }) => {
    const left = now.filter((each) => !isDone(each));
    return left.length === now.length ? undefined : { gone: left };
  });
}
