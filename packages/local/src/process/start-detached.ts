import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { LocalStartError } from "../errors";
import { identify, type ProcessIdentity } from "./identity";

/** A program that outlives the one that starts it. */
export interface DetachedProgram {
  /** Name for a person, e.g. `emulator`. */
  readonly part: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Receives standard output and error; appended to. */
  readonly log: string;
}

/** Starts a program as the leader of its own session, so that a Ctrl-C in the shell does not reach it. */
export async function startDetached(program: DetachedProgram): Promise<ProcessIdentity> {
  const log = openSync(program.log, "a");
  try {
    const child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: { ...program.env },
      detached: true,
      stdio: ["ignore", log, log],
    });
    await once(child, "spawn");
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new LocalStartError(program.part, "ended at once", "");
    return identity;
  } finally {
    closeSync(log);
  }
}
