import type { FunctionLog, FunctionMetrics } from "@slipway/aws-runtime";
import type { Clock, IdSource } from "@slipway/core";
import type {
  Builder,
  BuildOutputs,
  CommitStatuses,
  EventPublisher,
  FailureStore,
  InstallationStore,
  PipelineStore,
  SiteDeployer,
  SiteInfrastructure,
  SiteQueues,
} from "../core/ports";

import type { SiteDomains } from "../core/site-names";

/** What the operations work with. */
export interface SiteDependencies {
  /** Name of the component, for events. */
  readonly name: string;
  /** Which domains sites may have. */
  readonly domains: SiteDomains;
  readonly pipelines: PipelineStore & InstallationStore & FailureStore;
  readonly queues: SiteQueues;
  readonly builder: Builder;
  readonly outputs: BuildOutputs;
  readonly deployer: SiteDeployer;
  readonly infrastructure: SiteInfrastructure;
  readonly statuses: CommitStatuses;
  readonly events: EventPublisher;
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
  readonly clock: Clock;
  readonly ids: IdSource;
}
