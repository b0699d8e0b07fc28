import { setTimeout as sleep } from "node:timers/promises";
import { LocalStopError } from "../errors";
import { isRunning, type ProcessIdentity } from "./identity";

const POLL_MS = 50;
const KILL_LIMIT_MS = 5_000;

/**
 * Ends a process that leads its own group, and the group with it: SIGTERM, then SIGKILL when `graceMs` are over.
 * Resolves with whether it was running. A process that merely has the same number is left alone.
 */
export async function endProcess(part: string, identity: ProcessIdentity, graceMs = 5_000): Promise<boolean> {
  if (!isRunning(identity)) return false;
  signalGroup(identity, "SIGTERM");
  const graceful = await endsWithin(identity, graceMs);
  // Also after a graceful end: members of the group that ignored the first signal would stay.
  signalGroup(identity, "SIGKILL");
  if (graceful || (await endsWithin(identity, KILL_LIMIT_MS))) return true;
  throw new LocalStopError(part, identity.pid);
}

async function endsWithin(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function signalGroup({ pid }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
