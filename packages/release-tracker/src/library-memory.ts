import type { Clock, IdSource } from "@slipway/core";
import { MemoryImageLabels, MemoryImageRegistry } from "./adapters/memory-images";
import { MemoryStacks } from "./adapters/memory-stacks";
import {
  MemoryDeploymentStore,
  MemoryHoldStore,
  MemoryLeaseStore,
  MemoryReleaseStore,
  MemoryTables,
} from "./adapters/memory-stores";
import { fixedIdentity } from "./adapters/sts-identity";
import { processStopwatch, randomIds, realSleeper, systemClock } from "./adapters/system";
import type { Project } from "./core/manifest";
import type { EventPublisher, TrackerEvent } from "./core/ports";
import type { Requester } from "./core/release";
import type { TrackerDependencies } from "./operations";

export { MemoryImageLabels, MemoryImageRegistry } from "./adapters/memory-images";
export { MemoryStacks } from "./adapters/memory-stacks";
export * from "./adapters/memory-stores";
export { createTrackerClient } from "./operations";

/** Events in memory, in the order in which they were published. */
export class MemoryEvents implements EventPublisher {
  readonly published: TrackerEvent[] = [];

  async publish(event: TrackerEvent): Promise<string | undefined> {
    this.published.push(event);
    return undefined;
  }
}

/** What a tracker in memory is made of. */
export interface MemoryTracker extends TrackerDependencies {
  readonly tables: MemoryTables;
  readonly labels: MemoryImageLabels;
  readonly registry: MemoryImageRegistry;
  readonly stacks: MemoryStacks;
  readonly services: MemoryStacks;
  readonly events: MemoryEvents;
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
    events: new MemoryEvents(),
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
