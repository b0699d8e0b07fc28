import type { Clock, IdSource, Requester, Sleeper, Stopwatch } from "@slipway/core";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { MemoryLedger } from "./adapters/memory-ledger";
import { MemoryObjects, type MemoryObjectsOptions } from "./adapters/memory-objects";
import { MemoryEvents, MemoryQueue } from "./adapters/memory-queue";
import { DEFAULT_LIMITS, type CopyLimits, type Hop, type PromotionDependencies } from "./operations";

export { MemoryLedger } from "./adapters/memory-ledger";
export { MemoryObjects } from "./adapters/memory-objects";
export type { MemoryObjectsOptions, MemoryVersion, PlantedObject } from "./adapters/memory-objects";
export { MemoryEvents, MemoryQueue } from "./adapters/memory-queue";
export type { MemoryMessage } from "./adapters/memory-queue";
export { createArtefactClient } from "./operations";

/** What a promotion in memory is made of. */
export interface MemoryPromotion extends PromotionDependencies {
  readonly objects: MemoryObjects;
  readonly ledger: MemoryLedger;
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  readonly events: MemoryEvents;
}

/** A hop from integration to staging, with a bucket for each. */
export const MEMORY_HOP: Hop = {
  sourceEnvironment: "integration",
  targetEnvironment: "staging",
  source: { name: "demo-integration-artefact", owner: "111111111111" },
  target: { name: "demo-staging-artefact", owner: "222222222222" },
  filter: {},
  grace: 0,
};

/** A whole promotion in memory, for tests: `createArtefactClient(createMemoryPromotion())`. */
export function createMemoryPromotion(
  options: {
    readonly hop?: Partial<Hop> | undefined;
    readonly limits?: Partial<CopyLimits> | undefined;
    readonly objects?: MemoryObjectsOptions | undefined;
    readonly maxReceives?: number | undefined;
    readonly requester?: Requester | undefined;
    readonly clock?: Clock | undefined;
    readonly ids?: IdSource | undefined;
    readonly sleeper?: Sleeper | undefined;
    readonly stopwatch?: Stopwatch | undefined;
  } = {},
): MemoryPromotion {
  const { clock = systemClock, requester = { id: "unknown", name: "unknown" } } = options;
  const hop = { ...MEMORY_HOP, ...options.hop };
  const objects = new MemoryObjects(clock, options.objects);
  for (const bucket of [hop.source, hop.target]) objects.createBucket(bucket);
  const queue = new MemoryQueue(options.maxReceives);
  return {
    hop,
    objects,
    queue,
    deadLetters: queue,
    ledger: new MemoryLedger(),
    events: new MemoryEvents(),
    identity: { whoami: () => Promise.resolve(requester) },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    routes: { serverSideRefused: false },
    clock,
    ids: options.ids ?? randomIds,
    sleeper: options.sleeper ?? realSleeper,
    stopwatch: options.stopwatch ?? processStopwatch,
  };
}
