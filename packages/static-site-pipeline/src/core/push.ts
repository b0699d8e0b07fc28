import type { DeployLocation, Trigger } from "../contract";

/** A push that somebody told of and proved. */
export interface Push {
  readonly trigger: Trigger;
  /** `host/owner/repo`. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly message?: string | undefined;
  /** CodePush's archive of the commit. */
  readonly archive?: DeployLocation | undefined;
  /** Name of the code push that it comes from. */
  readonly code_push?: string | undefined;
  /** Stable over redelivery. */
  readonly delivery: string;
  /** ISO 8601. */
  readonly requested_at: string;
  readonly requested_by: string;
  readonly correlation_id: string;
}

/** A branch that was deleted, as somebody told and proved. */
export interface BranchDeletion extends Pick<Push, "repository" | "branch" | "code_push" | "correlation_id"> {
  /** ISO 8601. */
  readonly gone_at: string;
}
