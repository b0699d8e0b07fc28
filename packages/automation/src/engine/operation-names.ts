import type { OpType } from "@pulumi/pulumi/automation";
import type { ChangeCounts, PendingOperation, ResourceOperation } from "../results";

// The engine tells the steps of a replacement apart; who reads a result wants to know that it is replaced.
const OPERATIONS: Record<OpType, ResourceOperation> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
  discard: "discard",
  "discard-replaced": "discard",
  "remove-pending-replace": "discard",
  import: "import",
  "import-replacement": "import",
};

const UNDER_WAY: Record<ResourceOperation, PendingOperation["operation"] | undefined> = {
  create: "creating",
  replace: "creating",
  update: "updating",
  delete: "deleting",
  discard: undefined,
  read: "reading",
  refresh: undefined,
  import: "importing",
  same: undefined,
};

/** The plain name of an engine step. */
export function operationOf(step: OpType): ResourceOperation {
  return OPERATIONS[step];
}

/** What an unfinished step is called in the state's list of pending operations; `undefined` for harmless ones. */
export function underWay(operation: ResourceOperation): PendingOperation["operation"] | undefined {
  return UNDER_WAY[operation];
}

/** Adds up an engine summary; a missing one counts as all zeros. */
export function countChanges(summary: Partial<Record<OpType, number>> = {}): ChangeCounts {
  const counts = noChanges();
  for (const [step, count] of Object.entries(summary)) {
    const operation = Object.entries(OPERATIONS).find(([name]) => name === step)?.[1];
    if (operation !== undefined) counts[operation] += count;
  }
  return counts;
}

/** Whether anything but looking happened. */
export function touches(counts: ChangeCounts): boolean {
  return Object.entries(counts).some(
    ([operation, count]) => !["same", "read", "refresh"].includes(operation) && count > 0,
  );
}

function noChanges(): ChangeCounts {
  return { create: 0, update: 0, replace: 0, delete: 0, same: 0, read: 0, import: 0, refresh: 0, discard: 0 };
}
