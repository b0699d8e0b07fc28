import type { ProgressEvent } from "./progress";

/** Options that every function of this package takes. */
export interface CommonOptions {
  /**
   * Environment of the CLI on top of this process's own, e.g. `PATH`, `PULUMI_BACKEND_URL`, `AWS_ENDPOINT_URL`;
   * `undefined` removes a variable. `NODE_OPTIONS` is always replaced: loaders of the caller break language hosts.
   */
  env?: Record<string, string | undefined>;
  /** Cancels gracefully: running resource operations finish, then a `CancelledError` says what is pending. */
  signal?: AbortSignal;
}

/** Options of everything that runs the engine. */
export interface OperationOptions extends CommonOptions {
  /** Ends the CLI at once (SIGTERM, then SIGKILL after 10 s): the second Ctrl-C. May leave pending operations. */
  forceSignal?: AbortSignal;
  /** Called for each progress event, in order. Never carries property values, so never a secret. */
  onEvent?: (event: ProgressEvent) => void;
  /** Resource operations at a time. @default 8 */
  parallel?: number;
  /** URNs to restrict the operation to; wildcards as in `pulumi up --target`. @default all resources */
  targets?: string[];
}

/** Options of `preview`. */
export interface PreviewOptions extends OperationOptions {
  /** What to preview. @default "up" */
  operation?: "up" | "destroy" | "refresh";
  /** Read the real resources first. @default false */
  refresh?: boolean;
  /** Create the stack when the backend does not have it. @default false */
  createStack?: boolean;
}

/** Options of `up`. */
export interface UpOptions extends OperationOptions {
  /** Read the real resources first. @default false */
  refresh?: boolean;
  /** Text for the stack's history, e.g. the release id. Visible in the process list: not for secrets. */
  message?: string;
  /** Create the stack when the backend does not have it. @default false */
  createStack?: boolean;
}

/** Options of `refresh`. */
export interface RefreshOptions extends OperationOptions {
  /**
   * Forget creations that were interrupted. Their resources may exist and will be no one's: only after looking.
   * @default false
   */
  clearPendingCreates?: boolean;
}

/** Options of `destroy`. */
export interface DestroyOptions extends OperationOptions {
  /** Remove the emptied stack and its history from the backend too. @default false */
  removeStack?: boolean;
}

/** Options of `history`. */
export interface HistoryOptions extends CommonOptions {
  /** Newest entries to return. @default 10 */
  limit?: number;
}

/** Options of `unlock`. */
export interface UnlockOptions extends CommonOptions {
  /** Only report. @default false */
  dryRun?: boolean;
  /** Remove the lock even though its holder is alive, or on another host where that cannot be known. @default false */
  force?: boolean;
}

/** Options of `recover`. */
export interface RecoverOptions extends OperationOptions {
  /** Only report what was found and what would be done. @default false */
  dryRun?: boolean;
  /** See `UnlockOptions.force`. @default false */
  force?: boolean;
  /** See `RefreshOptions.clearPendingCreates`. @default false */
  clearPendingCreates?: boolean;
}
