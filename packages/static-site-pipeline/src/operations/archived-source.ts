import type { SiteSource } from "../contract";
import { SiteCommitNotFoundError } from "../core/errors";
import type { ArchivedCommit } from "../core/ports";
import type { ClientDependencies } from "./client-dependencies";

/** Builds that are looked through for what code push told. */
const HISTORY = 100;

/**
 * What code push archived of a site's branch: the latest commit, or the one that is named. Its own pointer is asked, which
 * is at a commit before anybody is told of it; where that cannot be read, what was told last stands for it.
 *
 * @throws SiteCommitNotFoundError
 */
export async function archivedSource(
  { pipelines, archives }: Pick<ClientDependencies, "pipelines" | "archives">,
  siteId: string,
  source: Extract<SiteSource, { kind: "code-push" }>,
  commit: string | undefined,
): Promise<ArchivedCommit> {
  const told = (await pipelines.builds(siteId, HISTORY))
    // Not zips to release, and nothing that somebody had built on purpose.
    .filter(({ trigger, branch }) => trigger === "code-push" && branch === source.branch)
    .sort((a, b) => (a.requested_at < b.requested_at ? 1 : -1))
    .flatMap((each) => (each.archive && each.commit ? [{ commit: each.commit, archive: each.archive }] : []));
  const [last] = told;
  const found =
    (await archives.find(source, commit, last)) ??
    (commit === undefined ? last : told.find((each) => each.commit === commit));
  if (found === undefined)
    throw new SiteCommitNotFoundError(siteId, `${source.branch} of ${source.repository}`, commit);
  return found;
}
