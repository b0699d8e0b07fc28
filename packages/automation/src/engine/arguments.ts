import type { OperationOptions } from "../options";

const DEFAULT_PARALLEL = 8;

/** What the engine is asked to do. `flags` are those of the one operation. */
export interface EngineRequest {
  operation: "preview" | "up" | "refresh" | "destroy";
  command: string[];
  flags: string[];
}

/** The CLI's argument list. No value of a secret may ever get here: other users of the machine can read it. */
export function engineArguments(
  request: EngineRequest,
  stack: string,
  { parallel = DEFAULT_PARALLEL, targets = [] }: OperationOptions,
  programArguments: string[],
): string[] {
  return [
    ...request.command,
    "--json",
    `--stack=${stack}`,
    `--parallel=${parallel}`,
    `--exec-kind=${programArguments.length > 0 ? "auto.inline" : "auto.local"}`,
    ...request.flags,
    ...targets.map((urn) => `--target=${urn}`),
    ...programArguments,
  ];
}
