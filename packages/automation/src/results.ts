/** A value that survives JSON. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** What is done to a resource. */
export type ResourceOperation =
  "create" | "update" | "replace" | "delete" | "same" | "read" | "import" | "refresh" | "discard";

/** How many resources had each operation; every key is present. */
export type ChangeCounts = Record<ResourceOperation, number>;

/** One resource that the operation looked at. */
export interface ResourceChange {
  urn: string;
  /** Type token, e.g. `aws:s3/bucket:Bucket`. */
  type: string;
  /** Resource name, the last part of the URN. */
  name: string;
  operation: ResourceOperation;
  /** Paths of the properties that differ, e.g. `tags.owner`. Names only, never values. */
  changedProperties: string[];
}

/** A message of the engine, of a provider or of the program. Secrets are masked by the engine. */
export interface Diagnostic {
  severity: "info" | "warning" | "error";
  message: string;
  /** Resource that the message is about, when it is about one. */
  urn?: string;
}

/** One stack output. */
export interface StackOutput {
  /** Plain value; `undefined` when the output is secret or, in a preview, not known yet. */
  value: JsonValue | undefined;
  /** Whether any part of it is secret. `revealOutput` reads such a value. */
  secret: boolean;
}

/** Stack outputs by name. */
export type StackOutputs = Record<string, StackOutput>;

/** Result of `preview`, `up`, `refresh` and `destroy`. */
export interface OperationResult {
  operation: "preview" | "up" | "refresh" | "destroy";
  stack: string;
  changes: ChangeCounts;
  /** Whether any resource was (or, in a preview, would be) touched. */
  hasChanges: boolean;
  /** Every resource of the operation, the unchanged ones too. */
  resources: ResourceChange[];
  outputs: StackOutputs;
  /** Wall time of the whole call in milliseconds. */
  durationMs: number;
  /** Messages of severity info and above, in order. */
  diagnostics: Diagnostic[];
}

/** One past update of a stack. */
export interface HistoryEntry {
  /** Number of the update, from 1; `undefined` on backends that do not number them. */
  version: number | undefined;
  kind: string;
  result: "succeeded" | "failed" | "in-progress";
  /** Text given as `message`. */
  message: string;
  startedAt: Date;
  finishedAt: Date;
  changes: ChangeCounts;
}

/** Who holds a stack's lock. */
export interface LockHolder {
  user: string;
  host: string;
  pid: number;
  lockedAt: Date;
  /** Whether that process still runs; `unknown` when the host is another one. */
  state: "alive" | "dead" | "unknown";
}

/** An operation that was under way when an update ended abruptly. */
export interface PendingOperation {
  urn: string;
  type: string;
  name: string;
  operation: "creating" | "updating" | "deleting" | "reading" | "importing";
}

/** What the backend knows about a stack; nothing is changed to find out. */
export interface StackInspection {
  stack: string;
  /** Backend address without credentials. */
  backend: string;
  /** Holders of the lock; empty when it is free. `undefined` when this kind of backend does not show its locks. */
  locks: LockHolder[] | undefined;
  pendingOperations: PendingOperation[];
  /** Number of resources in the state. */
  resources: number;
  /** One plain sentence for each finding, in the order to deal with them. */
  findings: string[];
}

/** Result of `unlock`. */
export interface UnlockReport {
  found: StackInspection;
  /** What was done: `nothing-to-do`, `unlocked`, or `would-unlock` in a dry run. */
  action: "nothing-to-do" | "unlocked" | "would-unlock";
}

/** Result of `recover`. */
export interface RecoverReport {
  /** State before anything was done. */
  found: StackInspection;
  /** What was done (or, in a dry run, would be), in order. */
  steps: ("unlock" | "refresh" | "clear-pending-creates")[];
  /** Operations still pending afterwards: interrupted creations that a person must look at. */
  remaining: PendingOperation[];
  /** `recovered` when a new update can start, `needs-attention` when interrupted creations remain. */
  outcome: "recovered" | "needs-attention" | "dry-run";
}
