import type { Clock } from "@slipway/core";
import type { Libraries } from "./libraries";
import type { Progress } from "./progress/progress";
import type { Ask } from "./prompt";

/** Environment variables as a plain record. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything a command may touch; tests pass their own. */
export interface CommandContext {
  /** Folder that the command runs in (absolute path). */
  readonly cwd: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: end at once. */
  readonly forceSignal: AbortSignal;
  /** Progress and notices, on stderr. */
  readonly progress: Progress;
  /** Questions, on stderr; a failure that names the flag where there is no terminal. */
  readonly ask: Ask;
  /** Slipway's libraries, loaded on first use: help and completion must not pay for the AWS SDK. */
  readonly libraries: Libraries;
}
