import { execFileSync } from "node:child_process";

/**
 * Kills a process and then all that it started, as the end of a container does. The CLI's own children outlive it
 * otherwise: they are in process groups of their own.
 */
export function killTree(pid: number): void {
  const all = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([child = 0, itsParent]) => (itsParent === parent ? [child, ...below(child)] : []));
  for (const each of [pid, ...below(pid)]) process.kill(each, "SIGKILL");
}
