import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { MemoryEvents } from "@slipway/aws-runtime/memory";
import type { Clock, IdSource, Requester } from "@slipway/core";
import { MemoryImageLabels, MemoryImageRegistry } from "./adapters/memory-images";
import { MemoryStacks } from "./adapters/memory-stacks";
import {
  MemoryDeploymentStore,
  MemoryHoldStore,
  MemoryLeaseStore,
  MemoryReleaseStore,
  MemoryTables,
} from "./adapters/memory-stores";
import type { Project } from "./core/manifest";
import type { EventType } from "./contract";
import type { TrackerDependencies } from "./operations";

export { MemoryEvents } from "@slipway/aws-runtime/memory";
export { MemoryImageLabels, MemoryImageRegistry } from "./adapters/memory-images";
export { MemoryStacks } from "./adapters/memory-stacks";
export * from "./adapters/memory-stores";
export { createTrackerClient } from "./operations";

/** What a tracker in memory is made of. */
export interface MemoryTracker extends TrackerDependencies {
  readonly tables: MemoryTables;
  readonly labels: MemoryImageLabels;
  readonly registry: MemoryImageRegistry;
  readonly stacks: MemoryStacks;
  readonly services: MemoryStacks;
  readonly events: MemoryEvents<EventType>;
}

/** A whole tracker in memory, for tests of whoever calls the library: `createTrackerClient(createMemoryTracker(...))`. */
export function createMemoryTracker(options: {
  readonly project: Project;
  readonly clock?: Clock | undefined;
  readonly ids?: IdSource | undefined;
  readonly requester?: Requester | undefined;
}): MemoryTracker {
  const { project, clock = systemClock, ids = randomIds, requester = { id: "unknown", name: "unknown" } } = options;
  const tables = new MemoryTables();
  const labels = new MemoryImageLabels(project.id, clock);
  const stacks = new MemoryStacks(labels);
  return {
    project,
    tables,
    labels,
    stacks,
    services: stacks,
    registry: new MemoryImageRegistry(),
    events: new MemoryEvents<EventType>(),
    releases: new MemoryReleaseStore(tables),
    deployments: new MemoryDeploymentStore(tables),
    leases: new MemoryLeaseStore(tables, clock),
    holds: new MemoryHoldStore(tables),
    identity: fixedIdentity(requester),
    clock,
    ids,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    timing: { lease: 1_000, poll: 1, stable: 1_000 },
  };
}
