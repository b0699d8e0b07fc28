import type {
  DeployLocation,
  DeploymentRequest,
  SiteResources,
  SiteSettings,
  Status,
  StatusChangedDetail,
} from "../contract";
import type { PipelineState } from "./decide";

/** A request that was taken up: it has a number, and may be waiting, in CodeBuild or going live. */
export interface Build extends DeploymentRequest {
  /** Rising in its site. */
  readonly number: number;
  /** Branch of a preview; absent for the live site. */
  readonly preview?: string;
  /** CodeBuild's id, once it was started. */
  readonly build_id?: string;
  /** What CodeBuild does at the moment. */
  readonly phase?: string;
  /** Address of its log. */
  readonly log?: string;
  /** What is to go live, once it is there. */
  readonly output?: DeployLocation;
}

/** How a build ended, or what it waits for. */
export type BuildState = "waiting" | "building" | "deploying" | "deployed" | "failed" | "superseded";

/** A build as it is kept for people. */
export interface BuildRecord extends Build {
  readonly site_id: string;
  readonly state: BuildState;
  readonly reason?: string;
  readonly updated_at: string;
  readonly release_id?: string;
}

/** What is live. */
export interface LiveRelease {
  readonly release_id: string;
  readonly build_number: number;
  readonly commit?: string;
  readonly deployed_at: string;
}

/** Why nothing goes live at the moment. */
export interface PublishLock {
  readonly reason: string;
  readonly locked_by: string;
  readonly locked_at: string;
}

/** A branch that was deleted, and whose preview is still to be removed. */
export interface GoneBranch {
  readonly branch: string;
  /** ISO 8601. */
  readonly gone_at: string;
}

/** What a program declares of a site: its program's, and never written by the pipeline. */
export interface Declaration {
  /** Of what is declared. */
  readonly digest: string;
  readonly settings: SiteSettings;
  readonly resources: SiteResources;
}

/** The newest that was told of a branch with previews. */
export interface NewestPreview {
  readonly branch: string;
  readonly request_id: string;
  readonly requested_at: string;
}

/** A site's row. Every write goes by the status and version that it was read with. */
export interface Pipeline {
  readonly site_id: string;
  readonly status: Status;
  readonly version: number;
  /** Distinguishes an own write whose acknowledgement was lost from that of somebody else. */
  readonly write_id: string;
  /** ISO 8601, of the last move. */
  readonly status_since: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly correlation_id: string;
  readonly settings: SiteSettings;
  readonly resources: SiteResources;
  /** Digest of the declaration that settings and resources are of; nothing for a site that no program declares. */
  readonly declaration?: string;
  /** Why it failed, as long as that matters. */
  readonly reason?: string;
  /** Number of the newest build. */
  readonly last_build_number: number;
  /** What is queued or deploying. */
  readonly current?: Build;
  /** What comes next: at most one for the live site and one for each preview. */
  readonly waiting: readonly Build[];
  /** The newest request for the live site that was ever taken up. */
  readonly newest?: { readonly request_id: string; readonly requested_at: string };
  /** The same for previews, the last that changed at the end: a request, or the deletion of the branch. */
  readonly newest_previews?: readonly NewestPreview[];
  /** Ids of the last requests, so that a repeated delivery of an old one is known as such. */
  readonly recent: readonly string[];
  readonly live?: LiveRelease;
  readonly gone?: readonly GoneBranch[];
  readonly lock?: PublishLock;
  /** Its removal is asked for, as soon as what is under way has ended. */
  readonly delete_when_idle?: boolean;
}

/** An event that is written together with the move that it tells of. */
export type OutboxEvent = StatusChangedDetail;

/** Whether nobody holds back what goes live, and the site's removal. */
export const isUnlocked = ({ lock }: Pipeline): boolean => lock === undefined;

/** What decisions need to know of a row. */
export const stateOf = ({ status, version, current }: Pipeline): PipelineState => ({
  status,
  version,
  build: current?.number,
});

/** How a site's source is found by where it is; nothing for a site of releases only. */
export const sourceKeyOf = ({ source }: SiteSettings): string | undefined =>
  source.kind === "zip" ? undefined : source.repository.toLowerCase();
