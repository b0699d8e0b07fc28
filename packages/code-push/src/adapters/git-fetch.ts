import { CommitNotFoundError } from "../core/errors";
import type { Repository } from "../core/repositories";
import { runGit, type GitExit } from "./git-process";
import { failureOf, folderSize, localGit, type LocalRepository } from "./git-repository";

/** A remote that may be called: address looked at, credentials at hand. */
export interface OpenRemote {
  readonly repository: Repository;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
}

const UNADVERTISED = /not our ref|unadvertised object|no such remote ref|couldn't find remote ref/i;

/**
 * Fetches the commit by its id. A host that gives out refs only is asked for the ref, with its history if it has moved
 * on: the commit must then be reachable from it.
 */
export async function fetchCommit(remote: OpenRemote, local: LocalRepository, ref: string, sha: string): Promise<void> {
  const exact = await fetch(remote, local, ["--depth=1"], sha);
  if (exact.code === 0) return;
  if (!UNADVERTISED.test(exact.errors)) throw failureIn(remote, local, exact);
  for (const depth of [["--depth=1"], ["--unshallow"]]) {
    const exit = await fetch(remote, local, depth, `+${ref}:refs/slipway/head`);
    if (exit.code !== 0 && UNADVERTISED.test(exit.errors)) throw missing(remote, sha, exit);
    if (exit.code !== 0) throw failureIn(remote, local, exit);
    if (await isReachable(local, sha)) return;
  }
  throw missing(remote, sha, { ...exact, errors: `it is not reachable from ${ref}` });
}

/** Fetches the commit by its id alone. @throws CommitNotFoundError whatever the reason. */
export async function fetchExactly(remote: OpenRemote, local: LocalRepository, sha: string): Promise<void> {
  const exit = await fetch(remote, local, ["--depth=1"], sha);
  if (exit.code !== 0) throw missing(remote, sha, exit);
}

function fetch(remote: OpenRemote, local: LocalRepository, depth: readonly string[], what: string): Promise<GitExit> {
  const options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"];
  return runGit({
    args: [`--git-dir=${local.folder}`, "fetch", ...depth, ...options, "--", remote.repository.url.href, what],
    cwd: remote.home,
    env: remote.env,
    timeout: local.timeout(),
    watch: async () => ((await folderSize(local.folder)) > local.limits.fetchedBytes ? "fetched bytes" : undefined),
  });
}

/** Files that differ from another commit's; nothing when that one is not to be had. */
export async function changedSince(
  remote: OpenRemote,
  local: LocalRepository,
  ref: string,
  [other, sha]: readonly [string, string],
): Promise<readonly string[] | undefined> {
  const exact = await fetch(remote, local, ["--depth=1"], other);
  if (exact.code !== 0) {
    // A host that gives out refs only has it in the history of one, if it has it at all.
    if (!(await isShallow(local))) return undefined;
    const whole = await fetch(remote, local, ["--unshallow"], `+${ref}:refs/slipway/head`);
    if (whole.code !== 0 || !(await isReachable(local, other))) return undefined;
  }
  const args = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--end-of-options", other, sha];
  return (await localGit(local, args)).split("\0").filter((path) => path !== "");
}

const failureIn = ({ secrets }: OpenRemote, local: LocalRepository, exit: GitExit): Error =>
  failureOf(local, "fetch", exit, secrets);

const isShallow = async (local: LocalRepository): Promise<boolean> =>
  (await localGit(local, ["rev-parse", "--is-shallow-repository"])).trim() === "true";

async function isReachable(local: LocalRepository, sha: string): Promise<boolean> {
  const { folder, home: cwd, env, timeout } = local;
  const args = [`--git-dir=${folder}`, "merge-base", "--is-ancestor", sha, "refs/slipway/head"];
  return (await runGit({ args, cwd, env, timeout: timeout() })).code === 0;
}

const missing = ({ repository, secrets }: OpenRemote, sha: string, { errors }: GitExit): CommitNotFoundError => {
  const told =
    secrets
      .reduce((text, secret) => text.replaceAll(secret, "***"), errors)
      .trim()
      .split("\n")
      .at(-1) ?? "";
  return new CommitNotFoundError(repository.id, sha, told.slice(0, 300));
};
