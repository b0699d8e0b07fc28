import type { Clock, Identity, IdSource, Sleeper, Stopwatch } from "@slipway/core";
import type { Project } from "../core/manifest";
import type {
  DeploymentStore,
  EventPublisher,
  HoldStore,
  ImageLabels,
  ImageRegistry,
  LeaseStore,
  ReleaseStore,
  RunningServices,
  StackRunner,
} from "../core/ports";

/** How long things take, in milliseconds. */
export interface Timing {
  /** Life of a lease without a renewal; it is renewed three times as often. */
  readonly lease: number;
  /** Pause between two looks at a service. */
  readonly poll: number;
  /** How long services may take to be stable after an update. */
  readonly stable: number;
}

/** Timing for real use. */
export const DEFAULT_TIMING: Timing = { lease: 30_000, poll: 2_000, stable: 15 * 60_000 };

/** Everything that the operations stand on. */
export interface TrackerDependencies {
  readonly project: Project;
  readonly releases: ReleaseStore;
  readonly deployments: DeploymentStore;
  readonly leases: LeaseStore;
  readonly holds: HoldStore;
  readonly labels: ImageLabels;
  readonly registry: ImageRegistry;
  readonly stacks: StackRunner;
  readonly services: RunningServices;
  readonly events: EventPublisher;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly sleeper: Sleeper;
  readonly stopwatch: Stopwatch;
  readonly timing: Timing;
}
