import { join } from "node:path";
import { GitTooOldError, OverCapError } from "../core/errors";
import { isAtLeast, parseGitVersion } from "../core/git-version";
import type { GitLimits } from "../core/limits";
import type { CommitRequest, FetchedCommit, GitRemote, RemoteRef, RepositoryDirectory } from "../core/ports";
import { isSha, parseRef, requireRef, requireSha } from "../core/refs";
import type { Repository } from "../core/repositories";
import { archiveCommit } from "./git-archive";
import type { GitAccessSource } from "./git-access";
import { gitEnvironment, type GitAccess } from "./git-environment";
import { changedSince, fetchCommit, fetchExactly, type OpenRemote } from "./git-fetch";
import { runGit } from "./git-process";
import { failureOf, localGit, readCommit, type LocalRepository } from "./git-repository";
import { callableAddress, systemResolve, type Resolve } from "./host-addresses";
import { withWorkspace } from "./workspace";

/** What the machine's git is used with. */
export interface GitRemoteSettings {
  readonly access: Pick<GitAccessSource, "access">;
  /** For submodules that are repositories of their own. */
  readonly directory: RepositoryDirectory;
  readonly limits: GitLimits;
  /** Oldest version that is let near a repository. */
  readonly minimumGit: string;
  /** Variables of this process; few of them reach git. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
  /** @default as the machine resolves names */
  readonly resolve?: Resolve | undefined;
  /** Where temporary folders are made. @default the system's */
  readonly temporary?: string | undefined;
  /** Milliseconds until this process must be done. @default no end */
  readonly remaining?: (() => number) | undefined;
}

/** Below which every ref has one line in the answer. */
const BYTES_PER_REF = 700;
/** Milliseconds that are kept for the upload, the events and tidying up. */
const RESERVE = 25_000;
/** So that a command that is started at all can tell what was wrong. */
const AT_LEAST = 1_000;

/** Git hosts, by the machine's `git`. There is no work tree, so nothing of a repository is ever run or checked out. */
export class CommandGitRemote implements GitRemote {
  private version: Promise<void> | undefined;

  constructor(private readonly settings: GitRemoteSettings) {}

  within(remaining: () => number): GitRemote {
    const bounded = new CommandGitRemote({ ...this.settings, remaining });
    bounded.version = this.requireVersion();
    // Told by the first call that needs it.
    bounded.version.catch(() => undefined);
    return bounded;
  }

  async refs(repository: Repository, only?: string): Promise<readonly RemoteRef[]> {
    if (only !== undefined) requireRef(only);
    const names = only === undefined ? ["refs/heads/*", "refs/tags/*"] : [only, `${only}^{}`];
    const found = onlyCommits(await this.listRemote(repository, names));
    return found.filter(({ ref }) => parseRef(ref) !== undefined && (only ?? ref) === ref);
  }

  async head(repository: Repository): Promise<RemoteRef | undefined> {
    const lines = await this.listRemote(repository, ["HEAD"], ["--symref"]);
    const target = lines
      .find((line) => line.startsWith("ref: "))
      ?.slice("ref: ".length)
      .split("\t")[0];
    const [found] = onlyCommits(lines.filter((line) => !line.startsWith("ref: ")));
    if (found === undefined) return undefined;
    return { sha: found.sha, ref: parseRef(target) === undefined ? "refs/heads/HEAD" : (target ?? "") };
  }

  async withCommit<T>(
    repository: Repository,
    { ref, sha }: CommitRequest,
    use: (commit: FetchedCommit) => Promise<T>,
  ): Promise<T> {
    requireRef(ref);
    requireSha(sha);
    return this.open(repository, async (remote) => {
      const local = await this.createRepository(remote, sha);
      await fetchCommit(remote, local, ref, sha);
      const commit = await readCommit(local, `${sha}^{commit}`);
      return use({
        ...commit,
        changedSince: (other) => changedSince(remote, local, ref, [requireSha(other), commit.sha]),
        archive: () => archiveCommit(local, commit, repository, this.submodules(repository)),
      });
    });
  }

  /** How a submodule's commit is lent, where it is a repository of the list. */
  private submodules({ id }: Repository) {
    const { directory } = this.settings;
    return {
      repositories: async () => (await directory.repositories()).all.filter((each) => each.id !== id),
      read: <T>(repository: Repository, sha: string, use: (local: LocalRepository) => Promise<T>): Promise<T> =>
        this.open(repository, async (remote) => {
          const local = await this.createRepository(remote, sha);
          await fetchExactly(remote, local, sha);
          return use(local);
        }),
    };
  }

  private async open<T>(repository: Repository, use: (remote: OpenRemote) => Promise<T>): Promise<T> {
    await this.requireVersion();
    const address = await callableAddress(repository, this.settings.resolve ?? systemResolve);
    return withWorkspace(async (home) => {
      const access = await this.settings.access.access(repository, home);
      const { ambient } = this.settings;
      const env = gitEnvironment({ home, ambient, remote: { url: repository.url, address, access } });
      return use({ repository, home, env, secrets: secretsOf(access) });
    }, this.settings.temporary);
  }

  private async createRepository({ repository, home }: OpenRemote, sha: string): Promise<LocalRepository> {
    const { ambient, limits } = this.settings;
    const env = gitEnvironment({ home, ambient });
    const folder = join(home, "repository.git");
    const local = { id: repository.id, folder, home, env, limits, timeout: () => this.timeout() };
    const format = sha.length === 64 ? "sha256" : "sha1";
    await localGit(local, ["init", "--bare", "--quiet", "--template=", `--object-format=${format}`]);
    return local;
  }

  private async listRemote(
    repository: Repository,
    names: readonly string[],
    flags: readonly string[] = [],
  ): Promise<readonly string[]> {
    return this.open(repository, async (remote) => {
      const { limits } = this.settings;
      const args = ["ls-remote", "--quiet", ...flags, "--", repository.url.href, ...names];
      const command = { args, cwd: remote.home, env: remote.env, timeout: this.timeout() };
      const exit = await runGit(command, limits.refs * BYTES_PER_REF);
      const lines = exit.output.split("\n").filter((line) => line !== "");
      if (exit.stopped === "output" || lines.length > limits.refs) {
        throw new OverCapError(repository.id, "refs", limits.refs);
      }
      if (exit.code !== 0) throw failureOf({ id: repository.id, limits }, "ls-remote", exit, remote.secrets);
      return lines;
    });
  }

  private timeout(): number {
    const { limits, remaining } = this.settings;
    return Math.max(AT_LEAST, Math.min(limits.milliseconds, (remaining?.() ?? Infinity) - RESERVE));
  }

  private requireVersion(): Promise<void> {
    this.version ??= this.checkVersion().catch((error: unknown) => {
      this.version = undefined;
      throw error;
    });
    return this.version;
  }

  private async checkVersion(): Promise<void> {
    const { ambient, minimumGit } = this.settings;
    await withWorkspace(async (home) => {
      const env = gitEnvironment({ home, ambient });
      const exit = await runGit({ args: ["version"], cwd: home, env, timeout: this.timeout() });
      const version = exit.code === 0 ? parseGitVersion(exit.output) : undefined;
      if (version === undefined || !isAtLeast(version, minimumGit)) {
        throw new GitTooOldError(version ?? "missing", minimumGit);
      }
    }, this.settings.temporary);
  }
}

/** Of an annotated tag the line with `^{}` tells the commit. */
function onlyCommits(lines: readonly string[]): readonly RemoteRef[] {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [sha, name = ""] = line.split("\t");
    const ref = name.endsWith("^{}") ? name.slice(0, -3) : name;
    if (isSha(sha) && (name.endsWith("^{}") || !found.has(ref))) found.set(ref, sha);
  }
  return [...found].map(([ref, sha]) => ({ ref, sha }));
}

/** Texts that no message may repeat: the header, and what is in it. */
function secretsOf(access: GitAccess): readonly string[] {
  if (access.kind !== "header") return [];
  const encoded = access.value.split(" ").at(-1) ?? access.value;
  const token = Buffer.from(encoded, "base64").toString("utf8").split(":").slice(1).join(":");
  return [access.value, encoded, token].filter((text) => text !== "");
}
