import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { zipSync } from "fflate";
import { CommitNotFoundError, GitFailedError } from "../core/errors";
import { comparePaths } from "../core/paths";
import type { Archive, Commit, CommitRequest, FetchedCommit, GitRemote, RemoteRef } from "../core/ports";
import { requireRef, requireSha } from "../core/refs";
import type { Repository } from "../core/repositories";

interface MemoryCommit extends Commit {
  readonly files: Readonly<Record<string, string>>;
}

interface MemoryHost {
  readonly commits: Map<string, MemoryCommit>;
  readonly refs: Map<string, string>;
}

const EPOCH = Date.parse("2026-11-20T10:00:00Z");

/** Git hosts in memory. */
export class MemoryGit implements GitRemote {
  private readonly hosts = new Map<string, MemoryHost>();
  /** Repositories that do not answer. */
  readonly unreachable = new Set<string>();
  private made = 0;

  /** Makes a commit on a ref, or moves the ref to one that is there. @returns Its id. */
  push(repository: string, ref: string, files: Readonly<Record<string, string>>, message = "A change"): string {
    const host = this.host(repository);
    const committedAt = new Date(EPOCH + (this.made += 1) * 60_000).toISOString();
    const text = JSON.stringify([repository, ref, files, message, committedAt]);
    const sha = createHash("sha1").update(text).digest("hex");
    host.commits.set(sha, { sha, author: "Ada <ada@example.org>", committedAt, message, files });
    host.refs.set(ref, sha);
    return sha;
  }

  /** Moves a ref to a commit, as a force push does. */
  reset(repository: string, ref: string, sha: string): void {
    this.host(repository).refs.set(ref, sha);
  }

  deleteRef(repository: string, ref: string): void {
    this.host(repository).refs.delete(ref);
  }

  /** Forgets a commit, as a host does some time after a force push. */
  forget(repository: string, sha: string): void {
    this.host(repository).commits.delete(sha);
  }

  within(): GitRemote {
    return this;
  }

  async refs({ id }: Repository, only?: string): Promise<readonly RemoteRef[]> {
    if (only !== undefined) requireRef(only);
    const refs = [...this.reach(id, "ls-remote").refs].map(([ref, sha]) => ({ ref, sha }));
    return refs.filter(({ ref }) => only === undefined || ref === only).sort((a, b) => comparePaths(a.ref, b.ref));
  }

  async head(repository: Repository): Promise<RemoteRef | undefined> {
    return (await this.refs(repository, "refs/heads/main"))[0];
  }

  async withCommit<T>(
    { id }: Repository,
    { ref, sha }: CommitRequest,
    use: (commit: FetchedCommit) => Promise<T>,
  ): Promise<T> {
    requireRef(ref);
    const { commits } = this.reach(id, "fetch");
    const commit = commits.get(requireSha(sha));
    if (commit === undefined) throw new CommitNotFoundError(id, sha, "not our ref");
    const { files, ...told } = commit;
    return use({
      ...told,
      changedSince: async (other) => changes(commits.get(other)?.files, files),
      archive: async () => zip(files),
    });
  }

  private reach(id: string, command: string): MemoryHost {
    if (this.unreachable.has(id)) throw new GitFailedError(id, command, "could not resolve host");
    return this.host(id);
  }

  private host(id: string): MemoryHost {
    const host = this.hosts.get(id) ?? { commits: new Map(), refs: new Map() };
    this.hosts.set(id, host);
    return host;
  }
}

function changes(
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  if (before === undefined) return undefined;
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]).sort(comparePaths);
}

function zip(files: Readonly<Record<string, string>>): Archive {
  const paths = Object.keys(files).sort(comparePaths);
  const entries = Object.fromEntries(paths.map((path) => [path, Buffer.from(files[path] ?? "")]));
  const body = Buffer.from(zipSync(entries, { mtime: new Date(1980, 0, 1, 12) }));
  const checksum = createHash("sha256").update(body).digest("base64");
  return { size: body.length, checksum, files: paths.length, open: () => Readable.from([body]) };
}
