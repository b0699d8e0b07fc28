import type { SiteCommit } from "@slipway/static-site-pipeline/library";
import type { CommandContext } from "../context";
import { openSites } from "../site/open-sites";
import { trackerStackName } from "../tracker/open-tracker";
import { sameCommit } from "./commit-id";
import type { TracedSite } from "./trace";
import type { TraceRequest } from "./trace-commit";
import { unlessAbsent } from "./unknown-part";

/**
 * Sites that built or released a commit, of the stack that was named or of the tracker's. A project need not have sites:
 * that there are none is worth telling only where somebody said which stack has them.
 */
export async function findSites(
  { asked, siteStack, ...args }: TraceRequest,
  context: CommandContext,
): Promise<readonly SiteCommit[] | { readonly absent: string }> {
  const read = async (): Promise<readonly SiteCommit[]> => {
    const { client } = await openSites(siteStack ?? trackerStackName(args, context.env), context);
    return client.trace(asked);
  };
  const found = await unlessAbsent(read());
  return "absent" in found && siteStack === undefined ? [] : found;
}

/** What of that is about one commit. */
export const sitesOf = (found: readonly SiteCommit[], wanted: string): readonly TracedSite[] =>
  found.flatMap(({ site, builds }) => {
    const own = builds.filter(({ commit = "" }) => sameCommit(commit, wanted));
    const live = site.live?.commit !== undefined && sameCommit(site.live.commit, wanted);
    return own.length === 0 ? [] : [{ site, builds: own, live }];
  });
