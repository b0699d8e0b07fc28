import type { Readable, Writable } from "node:stream";
import type { Clock } from "@slipway/core";
import type { Environment } from "./context";
import type { Libraries } from "./libraries";

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The process around the command line; tests pass their own. */
export interface Host {
  readonly cwd: string;
  readonly env: Environment;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborted by the second one. */
  readonly forceSignal: AbortSignal;
  readonly libraries: Libraries;
  /** Folder of the command tree (absolute path). */
  readonly commandsDirectory: string;
  readonly version: string;
}
