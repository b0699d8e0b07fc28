import { join, posix } from "node:path";
import { OverCapError, UnsafeContentError } from "../core/errors";
import { comparePaths, problemOfPath, type TreeEntry } from "../core/paths";
import type { Archive, Commit } from "../core/ports";
import type { Repository } from "../core/repositories";
import { listTree, localGit, readBlobs, type LocalRepository } from "./git-repository";
import { writeZip, type ZipSource } from "./zip-archive";

/** Where the contents of submodules come from. */
export interface Submodules {
  repositories(): Promise<readonly Repository[]>;
  read<T>(repository: Repository, sha: string, use: (local: LocalRepository) => Promise<T>): Promise<T>;
}

const SUBMODULE = "160000";

/** Archives a commit: its files as they are in the tree, no folder around them, no `.git`, no attributes applied. */
export async function archiveCommit(
  local: LocalRepository,
  commit: Commit,
  repository: Repository,
  submodules: Submodules,
): Promise<Archive> {
  const entries = await listTree(local, commit.sha);
  const modules = entries.filter(({ mode }) => mode === SUBMODULE);
  const [first] = modules;
  if (first !== undefined && repository.submodules === "refuse") {
    throw new UnsafeContentError(repository.id, `a submodule: ${JSON.stringify(first.path)}`);
  }
  const files = entries.filter(({ mode }) => mode !== SUBMODULE);
  const wanted = repository.submodules === "include" ? await locate(local, commit.sha, modules, submodules) : [];
  const file = join(local.home, "archive.zip");
  return withModules(local, wanted, submodules, async (added) => {
    const groups = [{ local, entries: files, prefix: "" }, ...added];
    requireCaps(local, groups);
    return writeZip(file, readAll(groups), commit.committedAt);
  });
}

interface Group {
  readonly local: LocalRepository;
  readonly entries: readonly TreeEntry[];
  readonly prefix: string;
}

/** Together they may not have more than one repository alone. */
function requireCaps({ id, limits }: LocalRepository, groups: readonly Group[]): void {
  const all = groups.flatMap(({ entries }) => entries);
  if (all.length > limits.files) throw new OverCapError(id, "files", limits.files);
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.archiveBytes) throw new OverCapError(id, "archive bytes", limits.archiveBytes);
}

/** Files of each group in the order of their paths, which two clones of a commit share. */
async function* readAll(groups: readonly Group[]): AsyncGenerator<ZipSource> {
  for (const { local, entries, prefix } of groups) {
    const sorted = [...entries].sort((a, b) => comparePaths(a.path, b.path));
    for await (const { entry, content } of readBlobs(local, sorted)) {
      yield { entry: { ...entry, path: `${prefix}${entry.path}` }, content };
    }
  }
}

interface Located {
  readonly entry: TreeEntry;
  readonly repository: Repository;
}

/** Which repository of the list each submodule is. Its address is compared, never called. */
async function locate(
  local: LocalRepository,
  sha: string,
  modules: readonly TreeEntry[],
  { repositories }: Submodules,
): Promise<readonly Located[]> {
  if (modules.length === 0) return [];
  const [urls, known] = await Promise.all([submoduleUrls(local, sha), repositories()]);
  return modules.map((entry) => {
    const url = urls.get(entry.path);
    const repository = known.find((each) => isSameAddress(each, url));
    if (repository === undefined) {
      throw new UnsafeContentError(
        local.id,
        `a submodule that is no configured repository: ${JSON.stringify(entry.path)}`,
      );
    }
    return { entry, repository };
  });
}

async function submoduleUrls(local: LocalRepository, sha: string): Promise<ReadonlyMap<string, string>> {
  const args = ["config", "--no-includes", "--blob", `${sha}:.gitmodules`, "-z", "--list"];
  const values = new Map<string, { path?: string; url?: string }>();
  for (const line of (await localGit(local, args)).split("\0")) {
    const [, name, field, value] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(line) ?? [];
    if (name !== undefined && field !== undefined) values.set(name, { ...values.get(name), [field]: value });
  }
  return new Map([...values.values()].map(({ path = "", url = "" }) => [path, url]));
}

/** Whether two addresses are of one repository, however they write it; a relative one is of none. */
function isSameAddress({ id, url }: Repository, other: string | undefined): boolean {
  if (other === undefined || other === "") return false;
  const plain = (text: string): string =>
    text
      .replace(/\/+$/, "")
      .replace(/\.git$/, "")
      .toLowerCase();
  const path = plain(other.replace(/^[a-z+]+:\/\/(?:[^@/]*@)?/i, "").replace(/^[^@/]*@([^:/]+):/, "$1/"));
  const ours = plain(url.href.replace(/^[a-z]+:\/\/(?:[^@/]*@)?/, ""));
  return path === ours || path === id.toLowerCase();
}

/** Lends all submodules at once: their temporary folders live as long as the archive is written. */
async function withModules<T>(
  local: LocalRepository,
  [next, ...rest]: readonly Located[],
  submodules: Submodules,
  use: (groups: readonly Group[]) => Promise<T>,
): Promise<T> {
  if (next === undefined) return use([]);
  const { entry, repository } = next;
  return submodules.read(repository, entry.id, async (module) => {
    const entries = await listTree(module, entry.id);
    const nested = entries.find(({ mode }) => mode === SUBMODULE);
    if (nested !== undefined)
      throw new UnsafeContentError(local.id, `a submodule inside ${JSON.stringify(entry.path)}`);
    const prefix = `${entry.path}/`;
    const problem = entries
      .map(({ path }) => problemOfPath(posix.join(prefix, path)))
      .find((each) => each !== undefined);
    if (problem !== undefined) throw new UnsafeContentError(local.id, problem);
    return withModules(local, rest, submodules, (groups) => use([{ local: module, entries, prefix }, ...groups]));
  });
}
