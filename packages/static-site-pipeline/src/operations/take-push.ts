import picomatch from "picomatch";
import { MESSAGES, type DeployRequestMessage } from "../contract";
import type { Pipeline } from "../core/pipeline";
import type { BranchDeletion, Push } from "../core/push";
import type { SiteDependencies } from "./dependencies";

/** What taking a push needs. */
export type TakePushDependencies = Pick<SiteDependencies, "pipelines"> & {
  readonly queues: Pick<SiteDependencies["queues"], "executor">;
};

/** How a push gets to a site: by the app, by a plain webhook, or through a code push. */
export type Channel =
  { readonly kind: "github" | "bitbucket" | "code-push" } | { readonly kind: "webhook"; readonly provider: string };

/** Finds the sites that a push is for, and publishes one request for each. @returns how many there are */
export async function takePush(deps: TakePushDependencies, push: Push, channels: readonly Channel[]): Promise<number> {
  const rows = await deps.pipelines.bySource(push.repository.toLowerCase());
  const wanted = rows.filter((row) => channels.some((each) => listensTo(row, each, push)) && branchOf(row, push));
  const messages = wanted.map((row) => messageFor(row, push));
  if (messages.length > 0) await deps.queues.executor.send(messages);
  return messages.length;
}

/** Finds the sites that may have a preview of a deleted branch, and tells each. @returns how many there are */
export async function takeDeletedBranch(
  deps: TakePushDependencies,
  { repository, code_push, ...deletion }: BranchDeletion,
  channel: Channel,
): Promise<number> {
  const rows = await deps.pipelines.bySource(repository.toLowerCase());
  const wanted = rows.filter((row) => listensTo(row, channel, { code_push }) && hasPreviewsOf(row, deletion.branch));
  const messages = wanted.map(({ site_id }) => ({ type: MESSAGES.branchGone, site_id, ...deletion }));
  if (messages.length > 0) await deps.queues.executor.send(messages);
  return messages.length;
}

/** What is live stays so without its branch. */
const hasPreviewsOf = ({ settings: { source, preview_branches = [] } }: Pipeline, branch: string): boolean =>
  source.kind !== "zip" && source.branch !== branch && picomatch.isMatch(branch, [...preview_branches]);

function listensTo(
  { settings: { source } }: Pipeline,
  channel: Channel,
  { code_push }: Pick<Push, "code_push">,
): boolean {
  if (source.kind !== channel.kind) return false;
  if (source.kind === "webhook" && channel.kind === "webhook") return source.provider === channel.provider;
  if (source.kind === "code-push") return source.code_push === undefined || source.code_push === code_push;
  return true;
}

/** Whether the branch is the live one, or one that has previews. */
function branchOf({ settings: { source, preview_branches = [] } }: Pipeline, { branch }: Push): boolean {
  if (source.kind === "zip") return false;
  return source.branch === branch || picomatch.isMatch(branch, [...preview_branches]);
}

function messageFor({ site_id }: Pipeline, push: Push): DeployRequestMessage {
  const { trigger, repository, branch, commit, message, archive, delivery } = push;
  return {
    type: MESSAGES.deployRequest,
    site_id,
    request_id: `${trigger}:${repository}:${branch}:${commit}:${delivery}`,
    trigger,
    branch,
    commit,
    ...(message !== undefined && { message }),
    ...(archive !== undefined && { archive }),
    requested_at: push.requested_at,
    requested_by: push.requested_by,
    correlation_id: push.correlation_id,
  };
}
