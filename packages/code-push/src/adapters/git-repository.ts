import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { GitFailedError, OverCapError, UnsafeContentError } from "../core/errors";
import type { GitLimits } from "../core/limits";
import { problemOfPath, type TreeEntry } from "../core/paths";
import type { Commit } from "../core/ports";
import { ByteReader } from "./blob-reader";
import { runGit, startGit, type GitExit } from "./git-process";

/** A bare repository on disk, and how git is run in it. */
export interface LocalRepository {
  /** For errors. */
  readonly id: string;
  readonly folder: string;
  /** Home of its git processes. */
  readonly home: string;
  /** Environment for work that needs no remote. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: GitLimits;
  /** Milliseconds that the next command may take. */
  readonly timeout: () => number;
}

const MODES: readonly string[] = ["100644", "100755", "120000", "160000"];
const ENTRY = /^(\d{6}) (blob|commit|tree) ([0-9a-f]+) +(\d+|-)\t(.*)$/s;
/** Git once wrote this mode; everything takes it for 100644. */
const OLD_MODE = "100664";
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Runs a local command. @throws GitFailedError, OverCapError */
export async function localGit(repository: LocalRepository, args: readonly string[]): Promise<string> {
  const { folder, home: cwd, env, timeout } = repository;
  const exit = await runGit({ args: [`--git-dir=${folder}`, ...args], cwd, env, timeout: timeout() });
  if (exit.code !== 0) throw failureOf(repository, args[0] ?? "", exit);
  return exit.output;
}

/** What a git process that failed is told as. Secrets that it may repeat are blotted out. */
export function failureOf(
  { id, limits }: Pick<LocalRepository, "id" | "limits">,
  command: string,
  { stopped, errors, code }: GitExit,
  secrets: readonly string[] = [],
): Error {
  if (stopped === "timeout") return new OverCapError(id, "seconds", limits.milliseconds / 1000);
  if (stopped === "fetched bytes") return new OverCapError(id, "fetched bytes", limits.fetchedBytes);
  const told = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), errors);
  const lines = told.split("\n").map((line) => line.trim());
  const detail = lines.filter((line) => line !== "").slice(-3);
  return new GitFailedError(id, command, (detail.join("; ") || `exit code ${code}`).slice(0, 500));
}

/** What a commit says of itself. */
export async function readCommit(repository: LocalRepository, revision: string): Promise<Commit> {
  // Not `show`: even without a patch it compares the whole tree, and a tree can name itself a billion times.
  const format = "--format=%H%x00%an <%ae>%x00%ct%x00%s";
  const args = ["rev-list", "--max-count=1", "--no-commit-header", format, "--end-of-options", revision];
  const [sha = "", author = "", seconds = "0", message = ""] = (await localGit(repository, args)).trimEnd().split("\0");
  return { sha, author, committedAt: new Date(Number(seconds) * 1000).toISOString(), message };
}

/** Lists a commit's files. Stops reading at the caps, so that a tree of a billion entries costs no more than they. */
export async function listTree(repository: LocalRepository, sha: string): Promise<readonly TreeEntry[]> {
  const { id, folder, home: cwd, env, limits } = repository;
  const args = [`--git-dir=${folder}`, "ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", sha];
  const running = startGit({ args, cwd, env, timeout: repository.timeout() });
  running.stdin.end();
  const entries: TreeEntry[] = [];
  let [bytes, rest] = [0, Buffer.alloc(0)];
  try {
    for await (const chunk of running.stdout) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        const entry = parseEntry(id, rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        entries.push(entry);
        bytes += entry.size;
        if (entries.length > limits.files) throw new OverCapError(id, "files", limits.files);
        if (bytes > limits.archiveBytes) throw new OverCapError(id, "archive bytes", limits.archiveBytes);
      }
    }
  } catch (error) {
    running.stop("done");
    await running.ended;
    throw error;
  }
  const exit = await running.ended;
  if (exit.code !== 0) throw failureOf(repository, "ls-tree", exit);
  return entries;
}

function parseEntry(id: string, line: Buffer): TreeEntry {
  const [, mode = "", , blob = "", size = "0", path = ""] = ENTRY.exec(decode(id, line)) ?? [];
  const known = mode === OLD_MODE ? "100644" : mode;
  if (!MODES.includes(known)) throw new UnsafeContentError(id, `an entry of mode ${JSON.stringify(mode)}`);
  const problem = problemOfPath(path);
  if (problem !== undefined) throw new UnsafeContentError(id, `${problem}: ${JSON.stringify(path.slice(0, 100))}`);
  return { path, mode: known as TreeEntry["mode"], id: blob, size: size === "-" ? 0 : Number(size) };
}

function decode(id: string, line: Buffer): string {
  try {
    return utf8.decode(line);
  } catch {
    throw new UnsafeContentError(id, "a path that is not UTF-8");
  }
}

/** Reads files' contents in the order given: the very blobs, without filters, attributes or line ends. */
export async function* readBlobs(
  repository: LocalRepository,
  entries: readonly TreeEntry[],
): AsyncGenerator<{ readonly entry: TreeEntry; readonly content: AsyncIterable<Uint8Array> }> {
  const { id, folder, home: cwd, env } = repository;
  const args = [`--git-dir=${folder}`, "cat-file", "--batch"];
  const running = startGit({ args, cwd, env, timeout: repository.timeout() });
  running.stdin.end(entries.map((entry) => `${entry.id}\n`).join(""));
  const reader = new ByteReader(running.stdout);
  try {
    for (const entry of entries) {
      const [blob, type, size] = ((await reader.line()) ?? "").split(" ");
      if (blob !== entry.id || type !== "blob" || Number(size) !== entry.size) {
        throw new GitFailedError(id, "cat-file", `${entry.path} could not be read`);
      }
      yield { entry, content: reader.bytes(entry.size) };
      await reader.line();
    }
  } finally {
    running.stop("done");
    await running.ended;
  }
}

/** Bytes in a folder and all below it. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await lstat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
