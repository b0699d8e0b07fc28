import { spawn } from "node:child_process";
import type { ProcessGuard } from "./container";

/** A line to the watchdog process, as JSON. */
export type WatchdogMessage = { readonly started: number } | { readonly ended: number } | { readonly folder: string };

/** A second process that ends the tasks when the runner could not do so itself. */
export interface Watchdog extends ProcessGuard {
  /** Settles when the watchdog is gone; then nothing guards the tasks any more. */
  readonly lost: Promise<void>;
}

/**
 * Starts the watchdog. When its standard input ends, for whatever reason (the runner was killed, its machine ran out of
 * memory), it kills every process group that it was told of and removes the folder.
 *
 * A pipe, not an IPC channel: what was written before the runner died is still read by a watchdog that starts slowly.
 *
 * @param folder The folder of the containers' working folders.
 * @param nodeFlags Flags of Node that the watchdog needs to load, e.g. a loader of TypeScript. @default none
 */
export function startWatchdog(folder: string, nodeFlags: readonly string[] = []): Watchdog {
  const script = require.resolve("./watchdog-main");
  // Its own session: a Ctrl-C in the runner's terminal must not reach it first.
  const child = spawn(process.execPath, [...nodeFlags, script], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.unref();
  const send = (message: WatchdogMessage) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  send({ folder });
  return {
    started: (group) => send({ started: group }),
    ended: (group) => send({ ended: group }),
    lost: new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.stdin.once("error", () => resolve());
    }),
  };
}
