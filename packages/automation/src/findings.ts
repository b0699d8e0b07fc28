import type { LockHolder, PendingOperation, StackInspection } from "./results";

const LOCK_SENTENCES: Record<LockHolder["state"], string> = {
  alive: "is still running: wait for it",
  dead: "no longer runs: the lock is stale and can be removed",
  unknown: "is on another host: make sure there that it no longer runs before forcing",
};

/** One plain sentence for each thing that stands in the way of the next update, in the order to deal with them. */
export function describeFindings(facts: Omit<StackInspection, "findings">): string[] {
  const locks = facts.locks?.map(describeLock) ?? [
    "this backend does not show its locks; a failing update names the holder",
  ];
  return [...locks, ...facts.pendingOperations.map(describePending)];
}

function describeLock({ user, host, pid, lockedAt, state }: LockHolder): string {
  return `locked by ${user}@${host} (pid ${pid}) since ${lockedAt.toISOString()}, which ${LOCK_SENTENCES[state]}`;
}

function describePending({ name, type, operation }: PendingOperation): string {
  const subject = `${operation} ${name} (${type}) was interrupted`;
  return operation === "creating"
    ? `${subject}: it may exist unrecorded; look, delete or import it, then recover with clearing of pending creations`
    : `${subject}: a refresh reads what became of it`;
}
