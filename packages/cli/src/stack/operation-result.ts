import type { OperationResult, StackOutputs } from "@slipway/automation";
import type { CommandResult } from "../command";
import { renderOperation } from "./render-changes";

/** Outputs as JSON; a secret one has no value. */
export const outputsJson = (outputs: StackOutputs): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [name, { value: value ?? null, secret }]),
  );

/**
 * What preview, up, refresh and destroy give back. For people, only what was not done lists its resources: what was done
 * has told of each while it was done.
 */
export function operationResult(result: OperationResult, dryRun: boolean): CommandResult {
  return {
    schema: "slipway.operation.v1",
    data: {
      operation: result.operation,
      stack: result.stack,
      dry_run: dryRun,
      has_changes: result.hasChanges,
      changes: result.changes,
      resources: result.resources
        .filter(({ operation }) => operation !== "same")
        .map(({ urn, type, name, operation, changedProperties }) => ({
          urn,
          type,
          name,
          operation,
          changed_properties: changedProperties,
        })),
      outputs: outputsJson(result.outputs),
      diagnostics: result.diagnostics,
      duration_ms: result.durationMs,
    },
    text: (style) => renderOperation(dryRun ? result : { ...result, resources: [] }, style),
  };
}
