import type { Clock, IdSource, Identity, Sleeper, Stopwatch } from "@slipway/core";
import { OBJECTS_AT_ONCE, type Bucket } from "../core/objects";
import { LARGEST_WHOLE_COPY, MOST_PARTS, SMALLEST_PART } from "../core/parts";
import type { DeadLetters, EventPublisher, Ledger, ObjectStore, PromotionQueue } from "../core/ports";
import type { KeyFilter } from "../core/scope";

/** One step of a chain of environments. */
export interface Hop {
  readonly sourceEnvironment: string;
  readonly targetEnvironment: string;
  readonly source: Bucket;
  readonly target: Bucket;
  readonly filter: KeyFilter;
  /** How long a new object is on its way rather than drift, in milliseconds. */
  readonly grace: number;
}

/** A hop's name in records and events. */
export const hopName = ({ sourceEnvironment, targetEnvironment }: Hop): string =>
  `${sourceEnvironment} -> ${targetEnvironment}`;

/** Sizes, in bytes, and counts that decide how an object is copied. */
export interface CopyLimits {
  /** Largest object that is copied in one piece by the server. */
  readonly wholeCopy: number;
  /** Smallest part that the server copies. */
  readonly copiedPart: number;
  /** Largest object that is sent in one piece; also the smallest part. An object has two of them in memory at most. */
  readonly sentPart: number;
  readonly mostParts: number;
  /** Objects at once. */
  readonly objectsAtOnce: number;
  /**
   * Keys of a page of a backfill that copies itself. After each of them the copying pauses, to note how far it is; one
   * that a run died in is gone through again, as far as it was copied.
   */
  readonly keysOfPage: number;
}

/** Limits for real use. */
export const DEFAULT_LIMITS: CopyLimits = {
  wholeCopy: LARGEST_WHOLE_COPY,
  copiedPart: 128 * 1024 ** 2,
  sentPart: SMALLEST_PART,
  mostParts: MOST_PARTS,
  objectsAtOnce: OBJECTS_AT_ONCE,
  keysOfPage: 5000,
};

/** What this process has learnt about the two buckets: whether the server refuses to copy between them at all. */
export interface RouteMemory {
  serverSideRefused: boolean;
}

/** What copying one object stands on. */
export interface CopyDependencies {
  readonly hop: Hop;
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly sleeper: Sleeper;
  readonly limits: CopyLimits;
  readonly routes: RouteMemory;
}

/** Everything that the operations stand on. */
export interface PromotionDependencies extends CopyDependencies {
  readonly queue: PromotionQueue;
  readonly deadLetters: DeadLetters;
  readonly events: EventPublisher;
  readonly identity: Identity;
  readonly ids: IdSource;
  readonly stopwatch: Stopwatch;
}
