import { randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { MemoryEvents, MemoryQueue } from "@slipway/aws-runtime/memory";
import type { Clock, IdSource, Sleeper } from "@slipway/core";
import { MemoryPipelines } from "./adapters/memory-pipelines";
import {
  MemoryBuilder,
  MemoryDeployer,
  MemoryInfrastructure,
  MemorySecrets,
  MemorySourceArchives,
  MemoryUploads,
} from "./adapters/memory-site-world";
import type { EventType, ExecutorWork, SiteMessage } from "./contract";
import type { CommitState } from "./core/ports";
import type { ClientDependencies, SiteDependencies } from "./operations";

export { MemoryEvents, MemoryQueue } from "@slipway/aws-runtime/memory";
export type { MemoryMessage } from "@slipway/aws-runtime/memory";
export { createSiteClient } from "./operations";
export { MemoryPipelines } from "./adapters/memory-pipelines";
export {
  MemoryBuilder,
  MemoryDeployer,
  MemoryInfrastructure,
  MemorySecrets,
  MemorySourceArchives,
  MemoryUploads,
} from "./adapters/memory-site-world";

/** A state that a Git host was told. */
export interface ToldState extends CommitState {
  readonly site_id: string;
  readonly commit: string;
}

/** Sites in memory. */
export interface MemorySites extends ClientDependencies {
  readonly pipelines: MemoryPipelines;
  readonly builder: MemoryBuilder;
  readonly deployer: MemoryDeployer;
  readonly infrastructure: MemoryInfrastructure;
  readonly secrets: MemorySecrets;
  readonly uploads: MemoryUploads;
  readonly archives: MemorySourceArchives;
  readonly events: MemoryEvents<EventType>;
  readonly told: ToldState[];
  readonly queues: {
    readonly executor: MemoryQueue<ExecutorWork>;
    readonly deploy: MemoryQueue<SiteMessage>;
    readonly provision: MemoryQueue<SiteMessage>;
    readonly startTeardown: MemoryQueue<SiteMessage>;
    readonly teardown: MemoryQueue<SiteMessage>;
  };
}

/** A whole pipeline in memory, for tests. @param options.slow Looks for which slow states last. */
export function createMemorySites(
  options: {
    readonly domains?: SiteDependencies["domains"] | undefined;
    readonly clock?: Clock | undefined;
    readonly ids?: IdSource | undefined;
    readonly sleeper?: Sleeper | undefined;
    readonly slow?: number | undefined;
    readonly maxReceives?: number | undefined;
    readonly metrics?: SiteDependencies["metrics"] | undefined;
    readonly log?: SiteDependencies["log"] | undefined;
  } = {},
): MemorySites {
  const queue = <T extends object>() => new MemoryQueue<T>(options.maxReceives);
  const queues = {
    executor: queue<ExecutorWork>(),
    deploy: queue<SiteMessage>(),
    provision: queue<SiteMessage>(),
    startTeardown: queue<SiteMessage>(),
    teardown: queue<SiteMessage>(),
  };
  const told: ToldState[] = [];
  const nothing = (): void => undefined;
  const builder = new MemoryBuilder();
  return {
    name: "demo",
    domains: options.domains ?? { hostedZoneId: "Z1" },
    pipelines: new MemoryPipelines(),
    builder,
    outputs: builder,
    deployer: new MemoryDeployer(),
    infrastructure: new MemoryInfrastructure(options.slow),
    secrets: new MemorySecrets(),
    uploads: new MemoryUploads(),
    archives: new MemorySourceArchives(),
    identity: fixedIdentity({ id: "ada", name: "ada" }),
    sleeper: options.sleeper ?? realSleeper,
    events: new MemoryEvents<EventType>(),
    told,
    statuses: {
      tell: async ({ site_id }, commit, state) => {
        told.push({ ...state, site_id, commit });
        return undefined;
      },
    },
    queues,
    deadLetters: {
      executor: queues.executor,
      deploy: queues.deploy,
      provision: queues.provision,
      "start-teardown": queues.startTeardown,
      teardown: queues.teardown,
    },
    metrics: options.metrics ?? { count: nothing },
    log: options.log ?? { info: nothing, warn: nothing },
    clock: options.clock ?? systemClock,
    ids: options.ids ?? randomIds,
  };
}
