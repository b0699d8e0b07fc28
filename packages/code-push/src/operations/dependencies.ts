import type { Clock, IdSource, Sleeper } from "@slipway/core";
import { DEFAULT_KEY_TEMPLATE } from "../contract";
import { archiveKey, keyPrefix, pointerKey, receiptKey } from "../core/keys";
import type {
  ArchiveStore,
  Bucket,
  CommitStatuses,
  DeadLetters,
  EventPublisher,
  GitRemote,
  PushQueue,
  RepositoryDirectory,
} from "../core/ports";
import type { RefName } from "../core/refs";
import type { Repository } from "../core/repositories";

/** What the operations work with. */
export interface PushDependencies {
  /** Name of this code push, for events. */
  readonly name: string;
  /** @default DEFAULT_KEY_TEMPLATE */
  readonly keyTemplate?: string | undefined;
  readonly bucket: Bucket;
  readonly archives: ArchiveStore;
  readonly git: GitRemote;
  readonly directory: RepositoryDirectory;
  readonly queue: PushQueue;
  readonly deadLetters: DeadLetters;
  readonly events: EventPublisher;
  readonly statuses: CommitStatuses;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly sleeper: Sleeper;
}

/** Keys of one ref of one repository. */
export interface RefKeys {
  readonly pointer: string;
  archive(sha: string): string;
  receipt(sha: string): string;
}

/** Where a ref's archives and its pointer are. */
export function keysOf(deps: Pick<PushDependencies, "keyTemplate">, repository: Repository, ref: RefName): RefKeys {
  const template = templateOf(deps, repository);
  const parts = { host: repository.host, owner: repository.owner, repo: repository.repo, ...ref };
  const archive = (sha: string): string => archiveKey(template, parts, sha);
  return { pointer: pointerKey(template, parts), archive, receipt: (sha) => receiptKey(archive(sha)) };
}

/** What all keys of a repository begin with. */
export const prefixOf = (deps: Pick<PushDependencies, "keyTemplate">, repository: Repository): string =>
  keyPrefix(templateOf(deps, repository), repository);

const templateOf = ({ keyTemplate }: Pick<PushDependencies, "keyTemplate">, repository: Repository): string =>
  repository.keyTemplate ?? keyTemplate ?? DEFAULT_KEY_TEMPLATE;
