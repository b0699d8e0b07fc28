import type { Bucket } from "../../src/core/objects";
import type { PlantedObject } from "../../src/library-memory";
import type { ObjectStore } from "../../src/core/ports";

/** A store with two empty buckets, and a way to put something there. */
export interface Buckets {
  readonly store: ObjectStore;
  readonly source: Bucket;
  readonly target: Bucket;
  readonly plant: (bucket: Bucket, key: string, body: string, planted?: Omit<PlantedObject, "etag">) => Promise<void>;
  readonly openUploads: () => Promise<number>;
}

/** What an implementation can do. */
export interface StoreAbilities {
  /** Whether copies by the server honour the condition on their target. */
  readonly conditionalCopies: boolean;
  /** Whether the copies by the server reach the source at all. */
  readonly copies: boolean;
  /** Whether it minds whose buckets they are. */
  readonly owners: boolean;
}
