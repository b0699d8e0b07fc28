import type { EventPublisher as Publisher, SlipwayEvent } from "@slipway/core";
import type { EventType, LookAgainMessage } from "../contract";
import type { BackfillJob, Hold, Promotion, PromotionFailure } from "./ledger";
import type {
  Bucket,
  ChecksumAlgorithm,
  ListedObject,
  ObjectAttributes,
  ObjectIdentity,
  ObjectVersion,
  StoredObject,
} from "./objects";
import type { PartRange } from "./parts";

export type { DeadLetter, DeadLetters } from "@slipway/core";

/** What must be true of the target when a write commits. */
export type WriteCondition = { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/** A state of the source to copy from. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  /** This version instead of the current object. */
  readonly versionId?: string | undefined;
  /** Refuse when the object has another ETag by now. */
  readonly etag?: string | undefined;
}

/** One server-side copy of a whole object, with its attributes and tags. */
export interface CopyRequest {
  readonly source: CopySource;
  readonly target: Bucket;
  readonly condition: WriteCondition;
}

/** What a write made. */
export interface Written extends ObjectIdentity {
  /** Absent where the answer did not say. */
  readonly lastModified?: Date | undefined;
}

/** A condition did not hold. `retried`: the request was sent more than once, so it may be our own write that is in the way. */
export interface Conflict {
  readonly kind: "conflict";
  readonly retried: boolean;
}

/** How a conditional write ended. */
export type WriteOutcome = { readonly kind: "written"; readonly written: Written } | Conflict;

/** How a server-side copy ended. */
export type CopyOutcome =
  | { readonly kind: "written"; readonly written: Written; readonly sourceVersionId?: string | undefined }
  | Conflict
  | { readonly kind: "source-missing" }
  | { readonly kind: "too-large" }
  /** The server does not copy between these two; `always`: not any other object either. */
  | { readonly kind: "refused"; readonly always: boolean; readonly reason: string };

/** How the copy or upload of one part ended. */
export type PartOutcome =
  | { readonly kind: "part"; readonly part: UploadedPart }
  | Conflict
  | { readonly kind: "refused"; readonly always: boolean; readonly reason: string };

/** One part of an upload, done. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  /** As S3 names them in the completion, e.g. `ChecksumSHA256`. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** An upload in parts that is under way. */
export interface PartedUpload {
  readonly target: Bucket;
  readonly key: string;
  readonly id: string;
  /** Algorithm that its parts must have. */
  readonly checksum: ChecksumAlgorithm;
}

/** What a new object gets besides its bytes. */
export interface NewObject {
  readonly attributes: ObjectAttributes;
  readonly tags: Readonly<Record<string, string>>;
  /** The algorithm that the source has a whole checksum of, so that the two can be compared. */
  readonly checksum?: ChecksumAlgorithm | undefined;
}

/** An object's bytes, and what was said with them. */
export interface OpenObject {
  readonly object: StoredObject;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How opening an object ended. */
export type OpenOutcome =
  { readonly kind: "open"; readonly opened: OpenObject } | { readonly kind: "missing" } | Conflict;

/** Which part of a listing is wanted. */
export interface ListRequest {
  readonly prefix?: string | undefined;
  /** Begin after this key. */
  readonly after?: string | undefined;
}

/**
 * Objects of two buckets. Every call says who must own the bucket. What is not there is a value; a bucket that is not
 * there is a `BucketNotFoundError`, but for `head` and `copy`, which cannot tell.
 */
export interface ObjectStore {
  /** @throws BucketNotFoundError */
  assertBucket(bucket: Bucket): Promise<void>;
  /** @param versionId That version instead of the current object. */
  head(bucket: Bucket, key: string, versionId?: string): Promise<StoredObject | undefined>;
  tags(bucket: Bucket, key: string, versionId?: string): Promise<Readonly<Record<string, string>>>;
  /** Opens a state of an object for reading. */
  open(source: CopySource, range?: PartRange): Promise<OpenOutcome>;
  /** Pages in the order of the keys' UTF-8 bytes. */
  list(bucket: Bucket, request: ListRequest): AsyncIterable<readonly ListedObject[]>;
  /** Latest first. */
  versions(bucket: Bucket, key: string, limit: number): Promise<readonly ObjectVersion[]>;
  copy(request: CopyRequest): Promise<CopyOutcome>;
  put(target: Bucket, key: string, body: Uint8Array, made: NewObject, condition: WriteCondition): Promise<WriteOutcome>;
  startUpload(target: Bucket, key: string, made: NewObject): Promise<PartedUpload>;
  copyPart(upload: PartedUpload, source: CopySource, range: PartRange): Promise<PartOutcome>;
  sendPart(upload: PartedUpload, number: number, body: Uint8Array): Promise<UploadedPart>;
  completeUpload(
    upload: PartedUpload,
    parts: readonly UploadedPart[],
    condition: WriteCondition,
  ): Promise<WriteOutcome>;
  /** Leaves no part behind; one that is gone already is no mistake. */
  abortUpload(upload: PartedUpload): Promise<void>;
}

/** What was promoted, held, refused and backfilled. */
export interface Ledger {
  /** Writes promotions. One that is there already stays as it is: the first one to tell is right. */
  record(promotions: readonly Promotion[]): Promise<void>;
  /** The promotion that made a version of the target. */
  promotion(key: string, targetVersion: string): Promise<Promotion | undefined>;
  /** Promotions of one artefact, latest first. */
  ofArtefact(key: string, limit: number): Promise<readonly Promotion[]>;
  /** Promotions of one day (`YYYY-MM-DD`, UTC), latest first. */
  ofDay(day: string, limit: number): Promise<readonly Promotion[]>;
  hold(key: string): Promise<Hold | undefined>;
  putHold(hold: Hold): Promise<void>;
  removeHold(key: string): Promise<void>;
  recordFailure(failure: PromotionFailure): Promise<void>;
  /** Last failure of an artefact, or of a message that names none. */
  failure(of: { readonly key?: string | undefined; readonly messageId: string }): Promise<PromotionFailure | undefined>;
  /** Writes where a job stands; one that is finished stays so. */
  saveJob(job: BackfillJob): Promise<void>;
  job(id: string): Promise<BackfillJob | undefined>;
  /** Latest first. */
  jobs(limit: number): Promise<readonly BackfillJob[]>;
  /** Key after which the reconciler goes on, when its last run did not reach the end. */
  reconcileCursor(): Promise<string | undefined>;
  saveReconcileCursor(cursor: string | undefined): Promise<void>;
}

/** The queue that promotions are done from. */
export interface PromotionQueue {
  /** Hands over any number of requests; throws when one could not be. */
  send(requests: readonly LookAgainMessage[]): Promise<void>;
  /** About how many messages wait or are in work. */
  backlog(): Promise<number>;
}

/** Something that happened; its detail carries `hop` and `correlation_id`. */
export type PromotionEvent = SlipwayEvent<EventType>;

/** Where events go. */
export type EventPublisher = Publisher<EventType>;
