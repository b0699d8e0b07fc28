import type { Requester } from "@slipway/core";
import type { PromotionTrigger } from "../contract";
import type { Proof } from "./sameness";

/** How the bytes went. */
export type CopyRoute = "server-side" | "server-side-parts" | "streamed" | "streamed-parts";

/** One promotion: what was copied, when, for whom, and how it is known to be equal. Written once, never changed. */
export interface Promotion {
  readonly key: string;
  /** e.g. `integration -> staging`. */
  readonly hop: string;
  readonly sourceBucket: string;
  readonly sourceVersionId?: string | undefined;
  /** Without quotes. */
  readonly sourceEtag: string;
  readonly targetBucket: string;
  /** The version that the copy made; its ETag where the bucket is not versioned. */
  readonly targetVersion: string;
  /** Without quotes. */
  readonly targetEtag: string;
  /** Bytes; absent where nobody said. */
  readonly size?: number | undefined;
  /** Algorithm and value that source and target have in common, and how that was found. */
  readonly proof: Proof;
  /** `unknown`: the copy was made by a run that died before it could write this. */
  readonly route: CopyRoute | "unknown";
  readonly trigger: PromotionTrigger;
  readonly requestedBy: Requester;
  readonly correlationId: string;
  /** When the target's object was created, ISO 8601. */
  readonly promotedAt: string;
}

/**
 * An artefact held at an earlier version. The hold counts against one state of the source only: anything newer that is
 * put there is promoted as ever.
 */
export interface Hold {
  readonly key: string;
  /** Version of the source that the target is held at. */
  readonly versionId: string;
  /** Version of the source that was current then, and is not to be promoted again. */
  readonly against: string;
  readonly reason: string;
  readonly heldBy: Requester;
  readonly heldAt: string;
}

/** The last failure of an artefact or a message. */
export interface PromotionFailure {
  /** Absent where the message could not be read. */
  readonly key?: string | undefined;
  readonly messageId: string;
  readonly code: string;
  readonly reason: string;
  /** Times that the message was received. */
  readonly attempts: number;
  readonly failedAt: string;
}

/** Where a backfill stands. Enough to go on with it after a crash. */
export interface BackfillJob {
  readonly id: string;
  readonly status: "running" | "cancelled" | "paused" | "finished";
  /** Last key that is done with, everything before it included. Absent at the start. */
  readonly cursor?: string | undefined;
  readonly prefix?: string | undefined;
  readonly mode: "direct" | "queued";
  readonly requestedBy: Requester;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly counts: BackfillCounts;
}

/** What a backfill has done so far. */
export interface BackfillCounts {
  /** Objects of the source that were compared. */
  readonly scanned: number;
  /** Artefacts copied by the job itself. */
  readonly promoted: number;
  /** Bytes of them. */
  readonly bytes: number;
  /** Artefacts handed to the queue. */
  readonly queued: number;
  /** Those that turned out to be there already, gone or held. */
  readonly skipped: number;
}

/** Nothing done yet. */
export const NO_COUNTS: BackfillCounts = { scanned: 0, promoted: 0, bytes: 0, queued: 0, skipped: 0 };
