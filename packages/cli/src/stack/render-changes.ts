import type {
  ChangeCounts,
  OperationResult,
  ResourceChange,
  ResourceOperation,
  StackOutputs,
} from "@slipway/automation";
import type { Format, Style } from "../render/style";
import { renderTable } from "../render/table";
import { duration } from "../render/time";

const signs: Readonly<Record<ResourceOperation, readonly [sign: string, format: Format]>> = {
  create: ["+", "green"],
  update: ["~", "yellow"],
  replace: ["+-", "yellow"],
  delete: ["-", "red"],
  read: [">", "dim"],
  import: ["=", "green"],
  refresh: ["~", "yellow"],
  discard: ["<", "dim"],
  same: [" ", "dim"],
};

/** `3 create, 1 update, 12 same`; `no resources` when there are none. */
export function counts(changes: Partial<ChangeCounts>): string {
  const parts = Object.entries(changes).filter(([, count]) => count > 0);
  return parts.map(([operation, count]) => `${count} ${operation}`).join(", ") || "no resources";
}

/** One line for each resource that is touched, with the names (never the values) of what differs. */
export function renderChanges(resources: readonly ResourceChange[], style: Style): string {
  return resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, type, name, changedProperties }) => {
      const [sign, format] = signs[operation];
      const differences = changedProperties.length > 0 ? style("dim", ` [${changedProperties.join(", ")}]`) : "";
      return `  ${style(format, sign.padEnd(2))} ${operation} ${name} (${type})${differences}`;
    })
    .join("\n");
}

/** Outputs as a table; a secret one shows that it is secret. */
export function renderOutputs(outputs: StackOutputs, style: Style): string {
  const rows = Object.entries(outputs).map(([name, { value, secret }]) => [name, secret ? "[secret]" : plain(value)]);
  return rows.length === 0 ? "" : renderTable(["OUTPUT", "VALUE"], rows, style);
}

/** A value as a shell wants it: text as it is, everything else as JSON. */
export const plain = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "(not known yet)" : JSON.stringify(value);

/** What an operation did, for people. */
export function renderOperation(result: OperationResult, style: Style): string {
  const summary = `${result.stack}: ${result.operation} ${counts(result.changes)} in ${duration(result.durationMs)}`;
  const sections = [renderChanges(result.resources, style), summary, renderOutputs(result.outputs, style)];
  return sections.filter((section) => section !== "").join("\n");
}
