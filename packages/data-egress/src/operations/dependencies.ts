import type { FunctionLog, FunctionMetrics } from "@slipway/aws-runtime";
import type { Clock, EventPublisher, IdSource, Sleeper, Stopwatch } from "@slipway/core";
import type { EventType } from "../contract";
import type { AgentFolders, DataKeys, FlagQueue, JobLedger, RowStore, SourceStore, TargetStore } from "../core/ports";
import type { TlsSource } from "../tls/source";

/** Numbers that a service works by. */
export interface Limits {
  /** Times that a job is tried. */
  readonly maxAttempts: number;
  /** Milliseconds without a sign of life after which a job is taken over. */
  readonly lease: number;
  /** Milliseconds that the agent has for the files of one attempt. */
  readonly delivery: number;
  /** Files that are sent at once. */
  readonly concurrency: number;
  /** Bytes that may wait on the volume, beyond which a single file still may. */
  readonly volumeBytes: number;
}

/** What jobs are planned with. */
export interface PlanDependencies {
  readonly rows: RowStore;
  readonly sources: SourceStore;
}

/** What files are sent with. */
export interface SendDependencies {
  readonly sources: SourceStore;
  readonly targets: TargetStore;
  readonly folders: AgentFolders;
  readonly keys: DataKeys;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  readonly limits: Limits;
}

/** What the service works with. */
export interface ServiceDependencies extends PlanDependencies, SendDependencies {
  /** Name of the data egress. */
  readonly name: string;
  readonly ledger: JobLedger;
  readonly queue: FlagQueue;
  readonly events: EventPublisher<EventType>;
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
  readonly ids: IdSource;
  readonly sleeper: Sleeper;
  /** What the data key service is spoken to with; absent where that is nothing of ours. */
  readonly certificates?: TlsSource | undefined;
}
