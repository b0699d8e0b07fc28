import type { OpMap } from "@pulumi/pulumi/automation";
import { InvalidInputError } from "@slipway/core";
import { parseJson, queryCli } from "./cli/query-cli";
import { countChanges } from "./engine/operation-names";
import { readStackOutputs } from "./engine/stack-outputs";
import type { CommonOptions, HistoryOptions } from "./options";
import { withFolder } from "./program/folder";
import type { HistoryEntry, JsonValue, StackOutputs } from "./results";
import { parseState } from "./state";
import type { StackTarget } from "./target";

const DEFAULT_HISTORY = 10;

interface RawHistoryEntry {
  version: number;
  kind: string;
  result: HistoryEntry["result"];
  message: string;
  startTime: string;
  endTime: string;
  resourceChanges?: OpMap;
}

/** Reads the stack's outputs; secret ones are marked and carry no value. */
export async function outputs(target: StackTarget, options: CommonOptions = {}): Promise<StackOutputs> {
  // `stack output --json` prints secrets as the text "[secret]", which an output may also be; the state tells them apart.
  const exported = await withFolder(target, (workDir) =>
    queryCli(["stack", "export", `--stack=${target.stack}`], target.stack, workDir, options),
  );
  const root = parseState(exported).deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return readStackOutputs(root?.outputs ?? {});
}

/**
 * Reads the plain value of one output, secret or not; `undefined` when there is none of that name. The value is yours
 * to keep out of logs.
 */
export async function revealOutput(
  target: StackTarget,
  name: string,
  options: CommonOptions = {},
): Promise<JsonValue | undefined> {
  const command = ["stack", "output", "--json", "--show-secrets", `--stack=${target.stack}`];
  const printed = await withFolder(target, (workDir) => queryCli(command, target.stack, workDir, options));
  const all = parseJson(printed);
  return all !== null && typeof all === "object" && !Array.isArray(all) ? all[name] : undefined;
}

/** Past updates, newest first. */
export async function history(target: StackTarget, options: HistoryOptions = {}): Promise<HistoryEntry[]> {
  const { limit = DEFAULT_HISTORY } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidInputError("limit", "must be a whole number from 1");
  const command = ["stack", "history", "--json", `--page-size=${limit}`, "--page=1", `--stack=${target.stack}`];
  const printed = await withFolder(target, (workDir) => queryCli(command, target.stack, workDir, options));
  const entries = JSON.parse(printed) as RawHistoryEntry[] | null;
  return (entries ?? []).map(({ version, kind, result, message, startTime, endTime, resourceChanges }) => ({
    version: version === 0 ? undefined : version,
    kind,
    result,
    message,
    startedAt: new Date(startTime),
    finishedAt: new Date(endTime),
    changes: countChanges(resourceChanges),
  }));
}
