import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;

/**
 * Kills what a process left behind that is already gone: everything whose environment carries `name=value`, which
 * children inherit, so no other process can be hit. Only where `/proc` tells environments (Linux); elsewhere a no-op.
 */
export async function endLeftovers(name: string, value: string): Promise<void> {
  if (process.platform !== "linux") return;
  for (let left = carriers(`${name}=${value}`); left.length > 0; left = carriers(`${name}=${value}`)) {
    left.forEach(kill);
    await sleep(POLL_MS);
  }
}

function carriers(variable: string): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => environmentOf(pid).includes(variable))
    .map(Number);
}

/** Empty for a process that ended meanwhile, or that another user owns. */
function environmentOf(pid: string): readonly string[] {
  return (
    ignoring(["ENOENT", "ESRCH", "EACCES", "EPERM"], () => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")) ??
    []
  );
}

const kill = (pid: number): unknown => ignoring(["ESRCH"], () => process.kill(pid, "SIGKILL"));

function ignoring<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.includes(String(error.code))) return undefined;
    throw error;
  }
}
