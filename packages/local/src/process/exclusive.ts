import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import type { Progress } from "../local-environment";
import { identify, isRunning, type ProcessIdentity } from "./identity";

const POLL_MS = 200;
const TELL_EVERY_MS = 20_000;

interface Holder extends ProcessIdentity {
  /** Tells two holds by the same process apart. */
  readonly hold: string;
}

/**
 * Runs `work` while no other process (or call) holds the same lock file, waiting as long as it takes and saying so.
 * A lock left by a process that died is taken over. Not re-entrant.
 *
 * @param signal Ends the wait, not the work: rejects with its reason.
 */
export async function exclusively<T>(
  lock: string,
  what: string,
  progress: Progress,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  const holder = newHolder();
  await acquire({ lock, what, progress, signal }, holder);
  try {
    return await work();
  } finally {
    if (readHolder(lock)?.hold === holder.hold) rmSync(lock, { force: true });
  }
}

interface Wait {
  readonly lock: string;
  readonly what: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

async function acquire({ lock, what, progress, signal }: Wait, holder: Holder): Promise<void> {
  let tellAt = performance.now();
  while (!tryAcquire(lock, holder)) {
    const other = readHolder(lock);
    if (other !== undefined && !isRunning(other)) {
      await breakStale(lock, other, what, progress);
      continue;
    }
    if (performance.now() >= tellAt) {
      progress(`waiting for process ${other?.pid ?? "?"}, which is busy with ${what}`);
      tellAt += TELL_EVERY_MS;
    }
    signal?.throwIfAborted();
    await sleep(POLL_MS);
  }
}

/** A hard link appears at once with its content, so nobody reads a lock that is half written. */
function tryAcquire(lock: string, holder: Holder): boolean {
  const own = `${lock}.${holder.hold}`;
  writeFileSync(own, JSON.stringify(holder));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes a dead holder's lock. The right to remove it is itself a lock, named after that hold, so that a process which
 * saw the dead holder can't remove the lock of whoever came after it.
 */
function breakStale(lock: string, stale: Holder, what: string, progress: Progress): Promise<void> {
  return exclusively(`${lock}.after-${stale.hold}`, what, progress, async () => {
    if (readHolder(lock)?.hold === stale.hold) rmSync(lock);
  });
}

function newHolder(): Holder {
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`process ${process.pid} can't see itself`);
  return { ...self, hold: randomUUID() };
}

function readHolder(lock: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lock, "utf8")) as Holder;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
