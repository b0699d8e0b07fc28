import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { LockHolder } from "../results";
import type { Lock } from "./lock-message";

/** Says for each lock whether its process still runs on this host. */
export function withProcessState(locks: Lock[]): LockHolder[] {
  return locks.map((lock) => ({ ...lock, state: lock.host === hostname() ? processState(lock.pid) : "unknown" }));
}

function processState(pid: number): "alive" | "dead" {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return isCode(error, "EPERM") ? "alive" : "dead";
  }
  return isPulumi(pid) ? "alive" : "dead";
}

/** The number may have been given to another program since, which is common in containers. */
function isPulumi(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/stat`, "utf8");
    const isZombie = /\) Z /.test(command);
    return command.includes("(pulumi") && !isZombie;
  } catch (error) {
    // No /proc on this system: the number alone has to do.
    return !isCode(error, "ESRCH");
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
