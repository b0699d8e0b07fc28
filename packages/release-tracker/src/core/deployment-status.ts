/**
 * What a deployment is doing or how it ended.
 *
 * - `requested`: recorded; nothing has changed yet.
 * - `applying`: labels are being written and the stack is being updated.
 * - `verifying`: the stack is updated; waiting for the services and comparing digests.
 * - `restoring`: something failed; labels and stack are going back to what they were.
 * - `succeeded`: what runs is the release.
 * - `failed`: the environment is as it was before.
 * - `needs-attention`: neither could be reached or proven; a person has to look.
 */
export const DEPLOYMENT_STATUSES = [
  "requested",
  "applying",
  "verifying",
  "restoring",
  "succeeded",
  "failed",
  "needs-attention",
] as const;

/** One of {@link DEPLOYMENT_STATUSES}. */
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

/** The legal moves; everything else about statuses is computed from this table. */
export const DEPLOYMENT_TRANSITIONS: Readonly<Record<DeploymentStatus, readonly DeploymentStatus[]>> = {
  requested: ["applying", "failed", "needs-attention"],
  applying: ["verifying", "restoring", "needs-attention"],
  verifying: ["succeeded", "restoring", "needs-attention"],
  restoring: ["failed", "needs-attention"],
  succeeded: [],
  failed: [],
  "needs-attention": [],
};

/** Whether a deployment in this status has ended. */
export const isTerminal = (status: DeploymentStatus): boolean => DEPLOYMENT_TRANSITIONS[status].length === 0;

/** Statuses from which a deployment may move to `to`: the condition of the conditional write. */
export const sourcesOf = (to: DeploymentStatus): readonly DeploymentStatus[] =>
  DEPLOYMENT_STATUSES.filter((from) => DEPLOYMENT_TRANSITIONS[from].includes(to));

/** What a wish to move amounts to. */
export type StatusDecision =
  | { readonly kind: "move"; readonly from: DeploymentStatus; readonly to: DeploymentStatus }
  | { readonly kind: "ignore"; readonly reason: "duplicate" | "stale" }
  | { readonly kind: "reject"; readonly from: DeploymentStatus; readonly to: DeploymentStatus };

const reachableFrom = (start: DeploymentStatus): ReadonlySet<DeploymentStatus> => {
  const seen = new Set<DeploymentStatus>();
  const queue = [...DEPLOYMENT_TRANSITIONS[start]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...DEPLOYMENT_TRANSITIONS[next]);
  }
  return seen;
};

/** Decides whether a deployment in `current` moves to `wanted`. Pure and total. */
export function decideStatus(current: DeploymentStatus, wanted: DeploymentStatus): StatusDecision {
  if (current === wanted) return { kind: "ignore", reason: "duplicate" };
  if (DEPLOYMENT_TRANSITIONS[current].includes(wanted)) return { kind: "move", from: current, to: wanted };
  if (reachableFrom(wanted).has(current)) return { kind: "ignore", reason: "stale" };
  return { kind: "reject", from: current, to: wanted };
}
