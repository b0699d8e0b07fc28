/**
 * Names that the infrastructure (components, policies) and the runtime (library, handlers) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Entries of this package under `dist/lambda/`, by what they do. */
export const BUNDLES = {
  /** Behind the queue: promotes what messages point at. Answers with partial batch failures. */
  promote: "promote-artefacts",
  /** On a schedule: compares the two buckets, reports, repairs through the queue. */
  reconcile: "reconcile-artefacts",
  /** Invoked once when an environment is created, and by command: brings what was missed, through the queue. */
  backfill: "backfill-artefacts",
  /** Invoked while a stack is deployed: adds a source's notification and readers to a bucket that is there already. */
  adopt: "adopt-bucket",
} as const;

/** Messages in one batch at best: one ledger write and one event are then shared by up to this many copies. */
export const PROMOTE_BATCH_SIZE = 100;

/** Keys and indexes of the ledger: one item per promotion, hold, failure and backfill. All keys are strings. */
export const LEDGER_TABLE = {
  partitionKey: "artefact_key",
  sortKey: "entry",
  indexes: {
    /** Promotions of one artefact by time. */
    artefact: { name: "artefact_gsi", partitionKey: "promoted_key", sortKey: "date_promoted" },
    /** Promotions of one day (UTC, `YYYY-MM-DD`) by time. */
    day: { name: "day_gsi", partitionKey: "promoted_day", sortKey: "date_promoted" },
  },
} as const;

/** Sort keys of the ledger. */
export const LEDGER_ENTRIES = { promotionPrefix: "promotion#", hold: "hold", failure: "failure" } as const;

/** Partition of the backfills in the ledger; their sort key is the job id. */
export const BACKFILL_PARTITION = "backfill";

/** Partition of what is said about one artefact. The prefix keeps any legal S3 key apart from the other partitions. */
export const artefactPartition = (key: string): string => `artefact#${key}`;

/** Partition of what is said about one message that names no artefact. */
export const messagePartition = (messageId: string): string => `message#${messageId}`;

/** Sort key of the promotion that made this version of the target's object. */
export const promotionEntry = (targetVersion: string): string => `${LEDGER_ENTRIES.promotionPrefix}${targetVersion}`;

/** `type` of a message that asks to look again at a key; anything else on the queue is an S3 notification. */
export const LOOK_AGAIN = "slipway.artefact.look-again";

/** What set a promotion off. */
export type PromotionTrigger = "event" | "backfill" | "reconcile" | "command";

/** A message on the queue that asks to look again at a key, as JSON. */
export interface LookAgainMessage {
  readonly type: typeof LOOK_AGAIN;
  readonly key: string;
  readonly trigger: PromotionTrigger;
  readonly requested_by: { readonly id: string; readonly name: string };
  readonly correlation_id: string;
  /** What the source's listing said, without quotes around the ETag. */
  readonly seen?: { readonly etag: string; readonly size: number };
}

/** EventBridge `source` of every event below. */
export const EVENT_SOURCE = "slipway.artefact-promotion";

/** EventBridge `detail-type`s. Every detail carries `hop` and `correlation_id`. */
export const EVENT_TYPES = {
  /** `promotions`: up to 100, each with key, versions, size, checksum. */
  artefactsPromoted: "Artefacts Promoted",
  /** `key` or `message_id`, `code`, `reason`, `attempts`, `final`: whether the message goes to the dead letters now. */
  promotionFailed: "Artefact Promotion Failed",
  /** `missing`, `different`, `extra`: counts; `examples`: some keys of each. */
  driftDetected: "Artefact Drift Detected",
  backfillStarted: "Artefact Backfill Started",
  backfillFinished: "Artefact Backfill Finished",
} as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** CloudWatch namespace and metric names; the one dimension is `environment`, the target's name. */
export const METRICS = {
  namespace: "Slipway/ArtefactPromotion",
  environmentDimension: "environment",
  /** Artefacts copied. Unit: count. */
  promoted: "PromotedArtefacts",
  /** Bytes of them. Unit: bytes. */
  promotedBytes: "PromotedBytes",
  /** Notifications that asked for what was there already. Unit: count. */
  unchanged: "UnchangedArtefacts",
  /** Failed attempts. Unit: count. */
  failed: "FailedPromotions",
  /** From the object's creation at the source to its promotion. Unit: milliseconds. */
  delay: "PromotionDelay",
  /** Artefacts missing or different at the target beyond the grace period. Unit: count. Alarm on it. */
  drifted: "DriftedArtefacts",
  /** Artefacts at the target that the source does not have. Unit: count. Told, never touched. */
  extra: "ExtraArtefacts",
} as const;

/** Environment variables of all three functions. */
export const ENVIRONMENT = {
  /** Name of the environment that the artefacts come from, e.g. `integration`. */
  sourceEnvironment: "SLIPWAY_SOURCE_ENVIRONMENT",
  /** Name of the environment that they go to, e.g. `staging`. */
  targetEnvironment: "SLIPWAY_TARGET_ENVIRONMENT",
  sourceBucket: "SLIPWAY_SOURCE_BUCKET",
  /** Account id, 12 digits: calls that would reach a bucket of anybody else are refused by S3. */
  sourceAccount: "SLIPWAY_SOURCE_ACCOUNT",
  targetBucket: "SLIPWAY_TARGET_BUCKET",
  targetAccount: "SLIPWAY_TARGET_ACCOUNT",
  /** ARN of the target's KMS key. Optional: without it the bucket's default encryption applies. */
  targetKey: "SLIPWAY_TARGET_KEY",
  ledgerTable: "SLIPWAY_LEDGER_TABLE",
  /** URL of the queue that feeds `promote`. */
  queueUrl: "SLIPWAY_QUEUE_URL",
  /** Receives after which the queue gives a message up; the same number as in its redrive policy. */
  maxReceives: "SLIPWAY_MAX_RECEIVES",
  eventBus: "SLIPWAY_EVENT_BUS",
  /** Only keys that begin so are promoted. Optional. */
  prefix: "SLIPWAY_PREFIX",
  /** Only keys that end so are promoted. Optional. */
  suffix: "SLIPWAY_SUFFIX",
  /** Minutes for which a new object is on its way rather than drift. `reconcile` only. */
  graceMinutes: "SLIPWAY_GRACE_MINUTES",
} as const;

/** Minutes for which a new object is on its way rather than drift, unless said otherwise. */
export const DEFAULT_GRACE_MINUTES = 15;

/** Receives after which a message is a dead letter, unless said otherwise. */
export const DEFAULT_MAX_RECEIVES = 5;

/** What the backfill function is invoked with, as JSON; everything is optional. */
export interface BackfillRequest {
  /** Who asked, for the ledger. @default the function itself */
  readonly requested_by?: { readonly id: string; readonly name: string };
  /** Go on with this job. @default a new one */
  readonly job_id?: string;
}

/** What the backfill function answers. `paused` means: invoke it again with this `job_id`. */
export interface BackfillAnswer {
  readonly job_id: string;
  readonly status: "finished" | "paused";
  readonly queued: number;
  readonly scanned: number;
}

/** What the function that adopts a bucket is invoked with, as JSON. */
export interface AdoptionRequest {
  readonly bucket: string;
  /** Account id, 12 digits, that must own the bucket. */
  readonly owner: string;
  readonly notification: {
    readonly id: string;
    readonly topicArn: string;
    readonly events: readonly string[];
    readonly prefix?: string;
    readonly suffix?: string;
  };
  /** Policy statements to add; each has a `Sid` that nobody else's has. */
  readonly statements: readonly { readonly Sid: string }[];
  /** Which step of the deployment it is for, and what the last one asked for. */
  readonly tf?: { readonly action: "create" | "update" | "delete"; readonly prev_input?: AdoptionRequest | null };
}

/** What the function that adopts a bucket answers: what of other people's it found and left alone. */
export interface AdoptionAnswer {
  readonly kept: { readonly notifications: number; readonly statements: number };
}
