import { queryCli } from "./cli/query-cli";
import { LockHolderAliveError } from "./errors";
import { inspect } from "./inspection";
import { refresh } from "./operations";
import type { CommonOptions, RecoverOptions, UnlockOptions } from "./options";
import { withFolder } from "./program/folder";
import type { RecoverReport, StackInspection, UnlockReport } from "./results";
import type { StackTarget } from "./target";

/**
 * Removes a lock whose holder is gone, and reports what it found.
 *
 * On a backend that does not show its locks there is nothing to judge by, so that only `force` removes one.
 *
 * @throws LockHolderAliveError when the holder is alive, or on another host, and it is not forced. Not in a dry run.
 */
export async function unlock(target: StackTarget, options: UnlockOptions = {}): Promise<UnlockReport> {
  const found = await inspect(target, options);
  if (!hasLock(found, options.force)) return { found, action: "nothing-to-do" };
  if (options.dryRun === true) return { found, action: "would-unlock" };
  await removeLock(target, found, options);
  return { found, action: "unlocked" };
}

/**
 * Makes a stack usable after an update that was killed: removes its stale lock, refreshes, and lists what is pending.
 *
 * Interrupted creations are kept, since their resources may exist, unless `clearPendingCreates` is given.
 *
 * @throws LockHolderAliveError as `unlock` does.
 */
export async function recover(target: StackTarget, options: RecoverOptions = {}): Promise<RecoverReport> {
  const found = await inspect(target, options);
  const steps = planRecovery(found, options);
  if (options.dryRun === true) return { found, steps, remaining: found.pendingOperations, outcome: "dry-run" };
  if (steps.includes("unlock")) await removeLock(target, found, options);
  if (steps.includes("refresh")) await refresh(target, options);
  const { pendingOperations: remaining } = steps.length === 0 ? found : await inspect(target, options);
  return { found, steps, remaining, outcome: remaining.length === 0 ? "recovered" : "needs-attention" };
}

function planRecovery(found: StackInspection, { force, clearPendingCreates }: RecoverOptions): RecoverReport["steps"] {
  const isLocked = hasLock(found, force);
  const hasPendingCreates = found.pendingOperations.some(({ operation }) => operation === "creating");
  return [
    ...(isLocked ? (["unlock"] as const) : []),
    ...(isLocked || found.pendingOperations.length > 0 ? (["refresh"] as const) : []),
    ...(hasPendingCreates && clearPendingCreates === true ? (["clear-pending-creates"] as const) : []),
  ];
}

function hasLock({ locks }: StackInspection, force = false): boolean {
  return locks === undefined ? force : locks.length > 0;
}

async function removeLock(
  target: StackTarget,
  { locks = [] }: StackInspection,
  options: CommonOptions & { force?: boolean },
): Promise<void> {
  const maybeWorking = locks.filter(({ state }) => state !== "dead");
  if (maybeWorking.length > 0 && options.force !== true) throw new LockHolderAliveError(target.stack, maybeWorking);
  await withFolder(target, (workDir) =>
    queryCli(["cancel", "--yes", `--stack=${target.stack}`], target.stack, workDir, options),
  );
}
