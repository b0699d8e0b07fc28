import type { JsonValue } from "./results";

/** The parts of `pulumi stack export` that this package reads. */
export interface ExportedState {
  deployment: {
    resources?: { type: string; urn: string; outputs?: Record<string, JsonValue> }[];
    pending_operations?: { type: string; resource: { urn: string; type: string } }[];
  };
}

/** Reads `pulumi stack export`. Secrets are cipher text in it. */
export function parseState(text: string): ExportedState {
  return JSON.parse(text) as ExportedState;
}
