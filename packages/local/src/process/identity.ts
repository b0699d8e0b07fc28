import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form that only `isRunning` understands. */
  readonly started: string;
}

/** Identity of a running process; undefined when there is none of that number, or only its remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs: a number that was given to another process does not count. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * proc_pid_stat(5): state is the first field after the name's closing bracket, starttime the 20th from there.
 * Ticks count from the boot, hence the boot id.
 */
function startedOnLinux(pid: number): string | undefined {
  const stat = readIfPresent(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (isDefunct(fields[0])) return undefined;
  return `${readIfPresent("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}:${fields[19] ?? ""}`;
}

function startedElsewhere(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [state, ...started] = stdout.trim().split(/\s+/);
  return status !== 0 || isDefunct(state) ? undefined : started.join(" ");
}

/** Where nobody reaps orphans (a container without init) a dead process stays listed for ever. */
const isDefunct = (state: string | undefined): boolean => state === undefined || /^[ZX]/.test(state);

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}
