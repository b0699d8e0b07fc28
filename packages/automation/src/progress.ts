import type { ChangeCounts, Diagnostic, ResourceOperation } from "./results";

/** What the engine reports while it works; plain data, in order, without property values. */
export type ProgressEvent =
  | ResourceProgress
  | ({ kind: "diagnostic" } & Diagnostic)
  | { kind: "summary"; changes: ChangeCounts; durationMs: number }
  /** A signal was sent to the CLI: `gracefully` finishes running operations, otherwise it ends at once. */
  | { kind: "cancelling"; gracefully: boolean };

/** A resource operation started, finished or failed. In a preview, `finished` means planned. */
export interface ResourceProgress {
  kind: "resource";
  phase: "started" | "finished" | "failed";
  /** Resource name, the last part of the URN. */
  name: string;
  /** Type token, e.g. `aws:s3/bucket:Bucket`. */
  type: string;
  urn: string;
  operation: ResourceOperation;
}
