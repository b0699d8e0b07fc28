import type { PushMessage } from "../contract";
import { KeyTakenError } from "../core/errors";
import type { Pointer, Receipt } from "../core/latest";
import { archiveMetadata, otherHolder, type ArchiveMetadata } from "../core/metadata";
import type { Archive, FetchedCommit, StoredArchive } from "../core/ports";
import { matchesGlob, type Repository } from "../core/repositories";
import type { PushDependencies } from "./dependencies";

/** A commit's archive in the bucket. */
export interface StoredCommit {
  readonly kind: "stored";
  readonly receipt: Receipt;
  /** Whether this run uploaded it. */
  readonly uploaded: boolean;
}

/** How storing a commit ended. */
export type StoreOutcome = StoredCommit | { readonly kind: "filtered" };

/** What is to be stored, and where. */
export interface StoreRequest {
  readonly repository: Repository;
  readonly message: PushMessage;
  readonly key: (sha: string) => string;
  readonly pointer: Pointer | undefined;
}

/** Fetches a commit and sees that its archive is in the bucket, once. */
export function storeCommit(deps: PushDependencies, request: StoreRequest): Promise<StoreOutcome> {
  const { repository, message } = request;
  return deps.git.withCommit(repository, message, async (commit) => {
    if (!(await concerns(request, commit))) return { kind: "filtered" };
    const metadata = archiveMetadata(repository.id, message.ref, commit, message.correlation_id);
    const key = request.key(commit.sha);
    const found = await findOurs(deps, key, metadata);
    if (found !== undefined) return stored(deps, message, commit, found, false);
    const archive = await commit.archive();
    const outcome = await deps.archives.putArchive(key, archive, metadata);
    const made = outcome.kind === "stored" ? describe(key, archive, metadata, outcome.versionId) : undefined;
    // What is in the way may be what an earlier try of this very upload stored.
    const present = made ?? (await findOurs(deps, key, metadata));
    if (present === undefined) throw new KeyTakenError(key, "an object that is gone again");
    return stored(
      deps,
      message,
      commit,
      { ...present, checksum: present.checksum ?? archive.checksum },
      made !== undefined,
    );
  });
}

/** Whether one of the files that the filters name was changed. What cannot be compared counts as changed. */
async function concerns({ repository, pointer }: StoreRequest, commit: FetchedCommit): Promise<boolean> {
  if (repository.paths === undefined || pointer === undefined || pointer.considered === commit.sha) return true;
  const changed = await commit.changedSince(pointer.considered);
  const { paths } = repository;
  return changed === undefined || changed.some((path) => matchesGlob(paths, path));
}

/** What is under a key already. @throws KeyTakenError when it is not this commit's archive. */
async function findOurs(
  { archives }: PushDependencies,
  key: string,
  metadata: ArchiveMetadata,
): Promise<StoredArchive | undefined> {
  const found = await archives.find(key);
  if (found === undefined) return undefined;
  const holder = otherHolder(found.metadata, metadata);
  if (holder !== undefined) throw new KeyTakenError(key, holder);
  return found;
}

const describe = (
  key: string,
  { size, checksum }: Archive,
  metadata: ArchiveMetadata,
  versionId: string | undefined,
): StoredArchive => ({ key, size, checksum, metadata, versionId });

function stored(
  { bucket, clock }: PushDependencies,
  { repository, ref, correlation_id: correlationId }: PushMessage,
  commit: FetchedCommit,
  { key, size, checksum, versionId }: StoredArchive,
  uploaded: boolean,
): StoredCommit {
  const receipt: Receipt = {
    repository,
    ref,
    sha: commit.sha,
    bucket: bucket.name,
    key,
    ...(versionId !== undefined && { version_id: versionId }),
    checksum_sha256: checksum ?? "",
    size,
    author: commit.author,
    commit_time: commit.committedAt,
    message: commit.message,
    correlation_id: correlationId,
    pushed_at: clock.now().toISOString(),
  };
  return { kind: "stored", receipt, uploaded };
}
