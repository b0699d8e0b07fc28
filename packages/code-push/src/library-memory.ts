import { realSleeper, systemClock, randomIds } from "@slipway/aws-runtime";
import { MemoryEvents, MemoryQueue } from "@slipway/aws-runtime/memory";
import type { Clock, IdSource, Sleeper } from "@slipway/core";
import { MemoryArchives, type MemoryArchivesOptions } from "./adapters/memory-archives";
import { MemoryGit } from "./adapters/memory-git";
import type { EventType, PushMessage } from "./contract";
import type { CommitState } from "./core/ports";
import { createRepositories, type Repository } from "./core/repositories";
import type { PushDependencies } from "./operations";

export { MemoryEvents, MemoryQueue } from "@slipway/aws-runtime/memory";
export type { MemoryMessage } from "@slipway/aws-runtime/memory";
export { MemoryArchives } from "./adapters/memory-archives";
export type { MemoryArchivesOptions, MemoryObject } from "./adapters/memory-archives";
export { MemoryGit } from "./adapters/memory-git";
export { createPushClient } from "./operations";

/** A state that a provider was told. */
export interface ToldState extends CommitState {
  readonly repository: string;
  readonly sha: string;
}

/** What a code push in memory is made of. */
export interface MemoryCodePush extends PushDependencies {
  readonly archives: MemoryArchives;
  readonly git: MemoryGit;
  readonly queue: MemoryQueue<PushMessage>;
  readonly deadLetters: MemoryQueue<PushMessage>;
  readonly events: MemoryEvents<EventType>;
  readonly told: ToldState[];
}

/** The bucket of a code push in memory. */
export const MEMORY_BUCKET = { name: "demo-source", owner: "000000000000" } as const;

/** A whole code push in memory, for tests: `createPushClient(createMemoryCodePush({ repositories }))`. */
export function createMemoryCodePush(options: {
  readonly repositories: readonly Repository[];
  readonly keyTemplate?: string | undefined;
  readonly archives?: MemoryArchivesOptions | undefined;
  readonly maxReceives?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly ids?: IdSource | undefined;
  readonly sleeper?: Sleeper | undefined;
}): MemoryCodePush {
  const { repositories, clock = systemClock } = options;
  const queue = new MemoryQueue<PushMessage>(options.maxReceives);
  const told: ToldState[] = [];
  return {
    name: "demo",
    keyTemplate: options.keyTemplate,
    bucket: MEMORY_BUCKET,
    archives: new MemoryArchives(clock, options.archives),
    git: new MemoryGit(),
    directory: { repositories: async () => createRepositories(repositories) },
    queue,
    deadLetters: queue,
    events: new MemoryEvents<EventType>(),
    told,
    statuses: {
      tell: async ({ id }, sha, state) => {
        told.push({ ...state, repository: id, sha });
        return undefined;
      },
    },
    clock,
    ids: options.ids ?? randomIds,
    sleeper: options.sleeper ?? realSleeper,
  };
}
