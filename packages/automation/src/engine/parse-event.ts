import type { EngineEvent } from "@pulumi/pulumi/automation";

/** Reads one line of the CLI's JSON event stream; `undefined` for a line that is no event. */
export function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith('{"sequence":')) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch (error) {
    // A CLI that is killed leaves half a line.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
