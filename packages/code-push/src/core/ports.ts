import type { EventPublisher as Publisher, SlipwayEvent } from "@slipway/core";
import type { CredentialsValue, EventType, PushMessage } from "../contract";
import type { ArchiveMetadata } from "./metadata";
import type { Repositories, Repository } from "./repositories";

export type { DeadLetter, DeadLetters } from "@slipway/core";

/** What a commit says of itself. */
export interface Commit {
  readonly sha: string;
  /** `Name <address>`. */
  readonly author: string;
  /** When it was committed, ISO 8601 in UTC. */
  readonly committedAt: string;
  /** First line. */
  readonly message: string;
}

/** A ref at the remote. */
export interface RemoteRef {
  readonly ref: string;
  /** The commit; of an annotated tag the one that it points at. */
  readonly sha: string;
}

/** An archive that was made and can be read any number of times, until the work is over. */
export interface Archive {
  /** Bytes. */
  readonly size: number;
  /** Base64 SHA-256 of all of them. */
  readonly checksum: string;
  readonly files: number;
  open(): NodeJS.ReadableStream;
}

/** A commit that is at hand. */
export interface FetchedCommit extends Commit {
  /** Files that differ from another commit's; nothing when that one is not to be had. */
  changedSince(sha: string): Promise<readonly string[] | undefined>;
  /** The same bytes for the same commit, always. */
  archive(): Promise<Archive>;
}

/** Which commit is wanted. */
export interface CommitRequest {
  readonly ref: string;
  readonly sha: string;
}

/** Git hosts. Every call cleans up after itself, however it ends. */
export interface GitRemote {
  /** The same, done in time. @param remaining Milliseconds until the process must be done. */
  within(remaining: () => number): GitRemote;
  /** Branches and tags. @param only This one ref. @throws OverCapError when there are too many. */
  refs(repository: Repository, only?: string): Promise<readonly RemoteRef[]>;
  /** Commit of the remote's HEAD, and the branch that it is on. */
  head(repository: Repository): Promise<RemoteRef | undefined>;
  /** Fetches exactly this commit and lends it. @throws CommitNotFoundError when the remote has no such commit on the ref. */
  withCommit<T>(repository: Repository, wanted: CommitRequest, use: (commit: FetchedCommit) => Promise<T>): Promise<T>;
}

/** A bucket, and the account that must own it. */
export interface Bucket {
  readonly name: string;
  /** Account id, 12 digits. */
  readonly owner: string;
}

/** An archive in the bucket. */
export interface StoredArchive {
  readonly key: string;
  readonly size: number;
  readonly versionId: string | undefined;
  /** Base64 SHA-256, where S3 has it. */
  readonly checksum: string | undefined;
  readonly metadata: ArchiveMetadata;
}

/** A small JSON text in the bucket. */
export interface StoredText {
  readonly text: string;
  readonly etag: string;
}

/** What must be true of an object when a write commits. */
export type TextCondition = { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/** One line of a listing. */
export interface ListedKey {
  readonly key: string;
  readonly lastModified: Date;
}

/** The bucket of archives. Every call says who must own it. */
export interface ArchiveStore {
  find(key: string): Promise<StoredArchive | undefined>;
  /** Stores unless something is there: `exists`, which may also be what an earlier try of this very call stored. */
  putArchive(
    key: string,
    archive: Archive,
    metadata: ArchiveMetadata,
  ): Promise<{ readonly kind: "stored"; readonly versionId: string | undefined } | { readonly kind: "exists" }>;
  /** Stores whatever is there. */
  replaceArchive(key: string, archive: Archive, metadata: ArchiveMetadata): Promise<string | undefined>;
  readText(key: string): Promise<StoredText | undefined>;
  writeText(key: string, text: string, condition: TextCondition): Promise<"written" | "conflict">;
  list(prefix: string): AsyncIterable<readonly ListedKey[]>;
}

/** The queue that pushes are done from. */
export interface PushQueue {
  /** Resolves when all of them are stored; throws when one is not. */
  send(messages: readonly PushMessage[]): Promise<void>;
}

/** The configured repositories. */
export interface RepositoryDirectory {
  repositories(): Promise<Repositories>;
}

/** Credentials of repositories. */
export interface CredentialsSource {
  /** @throws UnusableSecretError */
  credentials(secretId: string): Promise<CredentialsValue>;
}

/** How a commit fares. */
export interface CommitState {
  readonly state: "pending" | "success" | "failure";
  readonly description: string;
}

/** Where a provider is told how a commit fares. */
export interface CommitStatuses {
  /** Never throws: a push does not fail for want of it. Returns why it could not be told. */
  tell(repository: Repository, sha: string, state: CommitState): Promise<string | undefined>;
}

/** Something that happened. */
export type PushEvent = SlipwayEvent<EventType>;

/** Where events go. */
export type EventPublisher = Publisher<EventType>;
