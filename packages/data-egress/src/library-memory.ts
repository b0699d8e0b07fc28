import { randomIds } from "@slipway/aws-runtime";
import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { MemoryEvents, MemoryQueue } from "@slipway/aws-runtime/memory";
import type { Clock, Sleeper, Stopwatch } from "@slipway/core";
import { MemoryAgent, type Deliver } from "./adapters/memory-agent";
import { MemoryBuckets, type MemoryBucketsOptions } from "./adapters/memory-buckets";
import { MemoryFlagQueue } from "./adapters/memory-flag-queue";
import { MemoryLedger } from "./adapters/memory-ledger";
import type { EventType } from "./contract";
import type { DataKeys } from "./core/ports";
import { parseRow } from "./core/rows";
import type { ClientDependencies } from "./operations/client";
import type { Limits, ServiceDependencies } from "./operations/dependencies";

export { MemoryEvents } from "@slipway/aws-runtime/memory";
export { MemoryAgent, type Deliver } from "./adapters/memory-agent";
export { MemoryBuckets, type MemoryBucketsOptions, type MemoryObject } from "./adapters/memory-buckets";
export { MemoryFlagQueue, type MemoryLetter } from "./adapters/memory-flag-queue";
export { MemoryLedger } from "./adapters/memory-ledger";
export { createEgressClient } from "./operations/client";

/** A data egress in memory. */
export interface MemoryEgress extends ServiceDependencies, ClientDependencies {
  readonly ledger: MemoryLedger;
  readonly buckets: MemoryBuckets;
  readonly sources: MemoryBuckets;
  readonly targets: MemoryBuckets;
  readonly folders: MemoryAgent;
  readonly queue: MemoryFlagQueue;
  readonly events: MemoryEvents<EventType>;
  /** Sums of what was counted, by metric. */
  readonly counted: Record<string, number>;
  /** Lines of the log, as JSON. */
  readonly logged: string[];
  /** Items of the table; may be changed. */
  readonly items: Record<string, unknown>[];
}

/** What a data egress in memory is made of. */
export interface MemoryEgressOptions {
  /** Items of the table. */
  readonly items: readonly Record<string, unknown>[];
  readonly time: Sleeper & Stopwatch & { clock(): Clock };
  readonly clock?: Clock | undefined;
  readonly deliver?: Deliver | undefined;
  readonly keys?: DataKeys | undefined;
  readonly buckets?: MemoryBucketsOptions | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

const noKeys: DataKeys = {
  decrypt: () => Promise.reject(new Error("there are no keys here")),
  create: () => Promise.reject(new Error("there are no keys here")),
  recipientKey: () => Promise.reject(new Error("there are no keys here")),
};

/** A whole data egress in memory, for tests: service and client of one. */
export function createMemoryEgress(options: MemoryEgressOptions): MemoryEgress {
  const { time, clock = time.clock() } = options;
  const buckets = new MemoryBuckets(clock, options.buckets);
  const queue = new MemoryFlagQueue(time);
  const items = [...options.items];
  const counted: Record<string, number> = {};
  const logged: string[] = [];
  const log = (message: string, fields: object): void => void logged.push(JSON.stringify({ message, ...fields }));
  return {
    name: "demo",
    items,
    counted,
    logged,
    buckets,
    rows: { all: async () => items.map(parseRow) },
    ledger: new MemoryLedger(clock),
    sources: buckets,
    targets: buckets,
    folders: new MemoryAgent(clock, options.deliver),
    keys: options.keys ?? noKeys,
    queue,
    replays: queue,
    deadLetters: new MemoryQueue(),
    events: new MemoryEvents<EventType>(),
    metrics: {
      count: (values) => {
        for (const [name, amount] of Object.entries(values)) counted[name] = (counted[name] ?? 0) + amount;
      },
    },
    log: { info: log, warn: log },
    limits: {
      maxAttempts: 5,
      lease: 60_000,
      delivery: 3_600_000,
      concurrency: 8,
      volumeBytes: 1024 ** 3,
      ...options.limits,
    },
    identity: fixedIdentity({ id: "test", name: "test" }),
    clock,
    ids: randomIds,
    sleeper: time,
    stopwatch: time,
  };
}
