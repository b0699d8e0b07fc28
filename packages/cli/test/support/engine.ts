import type { ChangeCounts, OperationResult, StackTarget } from "@slipway/automation";
import type { AutomationLibrary } from "../../src/libraries";

const none: ChangeCounts = {
  create: 0,
  update: 0,
  replace: 0,
  delete: 0,
  same: 0,
  read: 0,
  import: 0,
  refresh: 0,
  discard: 0,
};

/** Result of an engine run that creates a bucket, or finds nothing to do. */
export const operation = (kind: OperationResult["operation"], hasChanges = true): OperationResult => ({
  operation: kind,
  stack: "staging",
  changes: { ...none, create: hasChanges ? 1 : 0, same: 2 },
  hasChanges,
  resources: hasChanges
    ? [{ urn: "urn:b", type: "aws:s3/bucket:Bucket", name: "files", operation: "create", changedProperties: [] }]
    : [],
  outputs: {},
  durationMs: 1500,
  diagnostics: [],
});

/** An engine that writes down what it was asked for. */
export function recordedEngine(hasChanges = true) {
  const calls: string[] = [];
  const record = (name: string, target: StackTarget, options: object = {}): void => {
    const shown = Object.entries(options).filter(
      ([, value]) => typeof value !== "object" && typeof value !== "function",
    );
    calls.push([name, target.stack, ...shown.map(([key, value]) => `${key}=${String(value)}`)].join(" "));
  };
  const automation: Partial<AutomationLibrary> = {
    preview: async (target, options) => {
      record("preview", target, options);
      return operation("preview", hasChanges);
    },
    up: async (target, options) => {
      record("up", target, options);
      options?.onEvent?.({
        kind: "resource",
        phase: "finished",
        name: "files",
        type: "aws:s3/bucket:Bucket",
        urn: "urn:b",
        operation: "create",
      });
      return operation("up", hasChanges);
    },
    refresh: async (target, options) => {
      record("refresh", target, options);
      return operation("refresh", hasChanges);
    },
    destroy: async (target, options) => {
      record("destroy", target, options);
      return operation("destroy", hasChanges);
    },
  };
  return { calls, automation };
}
