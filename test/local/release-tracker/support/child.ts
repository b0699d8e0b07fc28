import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A script of this folder in a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  /** Lines that it wrote to stdout so far. */
  readonly lines: readonly string[];
  /** Lines that it wrote to stderr so far. */
  readonly complaints: readonly string[];
  /** Resolves once it wrote "ready"; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

/** Starts a script with tsx. */
export function startChild(script: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, script), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const complaints: string[] = [];
  const ended = once(child, "close").then(() => undefined);
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (line === "ready") resolve();
    });
    void ended.then(() => reject(new Error(`${script} ended early: ${complaints.join("\n")}`)));
  });
  ready.catch(() => undefined);
  return { process: child, lines, complaints, ready, ended };
}
