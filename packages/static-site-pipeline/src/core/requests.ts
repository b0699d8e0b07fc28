import type { DeploymentRequest } from "../contract";
import type { Build, GoneBranch, NewestPreview, Pipeline } from "./pipeline";

/** Ids of requests, and branches with previews, that are remembered. */
const REMEMBERED = 50;

/** What a new request amounts to. */
export type RequestDecision =
  | { readonly kind: "duplicate" }
  /** A newer one was taken up before: this one never goes live. */
  | { readonly kind: "superseded"; readonly by: string }
  | { readonly kind: "take"; readonly build: Build; readonly replaced: Build | undefined; readonly row: Pipeline };

type Ordered = Pick<DeploymentRequest, "requested_at" | "request_id">;

/** Whether `a` is newer than `b`: by time, and by id where that is equal, so that everyone agrees on one. */
export const isNewer = (a: Ordered, b: Ordered): boolean =>
  a.requested_at === b.requested_at ? a.request_id > b.request_id : a.requested_at > b.requested_at;

/** Decides about a request: the newest for the live site wins, whatever order they come in; so it is for each preview. */
export function takeRequest(row: Pipeline, request: DeploymentRequest, preview?: string): RequestDecision {
  if (row.recent.includes(request.request_id)) return { kind: "duplicate" };
  const replaced = row.waiting.find((each) => each.preview === preview);
  const newest = preview === undefined ? row.newest : row.newest_previews?.find(({ branch }) => branch === preview);
  if (newest !== undefined && !isNewer(request, newest)) return { kind: "superseded", by: newest.request_id };
  const number = row.last_build_number + 1;
  const build: Build = { ...request, number, ...(preview !== undefined && { preview }) };
  const { request_id, requested_at } = request;
  const taken: Pipeline = {
    ...row,
    last_build_number: number,
    waiting: [...row.waiting.filter((each) => each !== replaced), build],
    recent: [...row.recent, request_id].slice(-REMEMBERED),
    ...(preview === undefined
      ? { newest: { request_id, requested_at } }
      : { newest_previews: withNewest(row, { branch: preview, request_id, requested_at }) }),
    ...(row.gone !== undefined && { gone: row.gone.filter(({ branch }) => branch !== preview) }),
  };
  return { kind: "take", build, replaced, row: taken };
}

const withNewest = ({ newest_previews = [] }: Pipeline, newest: NewestPreview): readonly NewestPreview[] =>
  [...newest_previews.filter(({ branch }) => branch !== newest.branch), newest].slice(-REMEMBERED);

/** What becomes of a row whose branch was deleted; nothing when that, or something newer, is known. */
export function takeDeletion(row: Pipeline, { branch, gone_at }: GoneBranch): Partial<Pipeline> | undefined {
  const newest = row.newest_previews?.find((each) => each.branch === branch);
  if (newest !== undefined && newest.requested_at >= gone_at) return undefined;
  return {
    gone: [...(row.gone ?? []).filter((each) => each.branch !== branch), { branch, gone_at }],
    waiting: row.waiting.filter(({ preview }) => preview !== branch),
    newest_previews: withNewest(row, { branch, request_id: `deletion of ${branch}`, requested_at: gone_at }),
  };
}

/** Whether the branch that a build is a preview of was deleted since. */
export const isGone = ({ gone = [] }: Pipeline, { preview, requested_at }: Build): boolean =>
  gone.some(({ branch, gone_at }) => branch === preview && requested_at <= gone_at);

/** What is to be done next: the live site first, then previews in their order. */
export const nextBuild = ({ waiting }: Pipeline): Build | undefined =>
  waiting.find(({ preview }) => preview === undefined) ?? waiting[0];

/** Whether CodeBuild has to run for it. */
export const needsBuild = ({ trigger }: DeploymentRequest): boolean => trigger !== "zip" && trigger !== "rollback";
