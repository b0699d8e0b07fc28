import type { Redriven, RedriveOptions } from "@slipway/aws-runtime";
import type { PushMessage } from "./contract";
import type { PushFailure } from "./core/failure";
import type { Receipt } from "./core/latest";
import type { Bucket, RemoteRef } from "./core/ports";

/** A ref whose commit is not what was pushed last. */
export interface MissedPush extends RemoteRef {
  readonly repository: string;
}

/** A repository that could not be asked. */
export interface UnreachableRepository {
  readonly repository: string;
  readonly code: string;
  readonly reason: string;
}

/** What a comparison found, and handed to the queue. */
export interface ReconcileReport {
  readonly repositories: number;
  readonly refs: number;
  readonly missed: readonly MissedPush[];
  readonly unreachable: readonly UnreachableRepository[];
  /** False when time ran out before the end. */
  readonly complete: boolean;
  /** Why the event could not be published; absent when it was, or when there was nothing to tell. */
  readonly unsent?: string | undefined;
}

/** What `listPushes` looks for. */
export interface ListPushesInput {
  /** `host/owner/repo`. @default all configured ones */
  readonly repository?: string | undefined;
  /** Beginning of a commit id. @default all */
  readonly sha?: string | undefined;
  /** @default 50 */
  readonly limit?: number | undefined;
}

/** What `reconcile` is asked for. */
export interface ReconcileRequest {
  /** `host/owner/repo`. @default all configured ones */
  readonly repository?: string | undefined;
  /** Only tell what would be queued. @default false */
  readonly dryRun?: boolean | undefined;
}

/** A push that was given up. */
export interface LostPush {
  readonly messageId: string;
  /** Absent when the message cannot be read. */
  readonly message?: PushMessage | undefined;
  /** Why it cannot be read. */
  readonly problem?: string | undefined;
  /** Why it was given up, by the last try that could say so. */
  readonly failure?: PushFailure | undefined;
  /** ISO 8601. */
  readonly sentAt?: string | undefined;
}

/** What `pushOnce` is asked for. */
export interface PushOnceInput {
  /** Address: `https://...`, `ssh://...` or `git@host:owner/repo.git`. */
  readonly repository: string;
  readonly bucket: Bucket;
  readonly key: string;
  /** Branch or tag as `refs/heads/...` or `refs/tags/...`. @default what the remote's HEAD is */
  readonly ref?: string | undefined;
  /** Secret with the credentials. @default none */
  readonly credentialsSecretId?: string | undefined;
  /** What to do about submodules. @default "refuse" */
  readonly submodules?: "refuse" | "ignore" | undefined;
}

/** What `pushOnce` uploaded. */
export interface PushedOnce {
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly size: number;
  readonly files: number;
  /** Base64 SHA-256. */
  readonly checksum: string;
}

/** The pushes of one code push. */
export interface PushClient {
  /** Complete pushes, latest first. */
  listPushes(input?: ListPushesInput): Promise<readonly Receipt[]>;
  /** Compares remotes with what was pushed, at once, and queues what is missing. */
  reconcile(input?: ReconcileRequest): Promise<ReconcileReport>;
  /** Sends dead letters back to the queue. */
  redrive(options?: RedriveOptions): Promise<Redriven<LostPush>>;
}
