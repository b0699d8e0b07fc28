import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { StateLayout } from "../layout";
import type { PluginChoice } from "../local-status";
import type { ProcessIdentity } from "../process/identity";
import type { Toolchain } from "../toolchain/tool";

/** Processes that `localUp` started, each written down as soon as it runs. */
export interface StartedProcesses {
  readonly emulator?: ProcessIdentity;
  readonly taskRunner?: ProcessIdentity;
}

/** What a finished `localUp` leaves for later commands. */
export interface LocalRecord {
  readonly endpoint: string;
  /** False for an emulator of the reader's own (`SLIPWAY_ENDPOINT`), which Slipway neither starts nor stops. */
  readonly managed: boolean;
  readonly toolchain: Toolchain;
  readonly plugins: Readonly<Record<string, PluginChoice>>;
}

/** Empty when nothing was started since the last `localDown`. */
export function readProcesses(layout: StateLayout): StartedProcesses {
  return readJson<StartedProcesses>(layout.processes) ?? {};
}

/** Replaces the list of started processes. */
export function writeProcesses(layout: StateLayout, processes: StartedProcesses): void {
  writeJson(layout.processes, processes);
}

/** Undefined when no `localUp` finished since the last `localDown`. */
export function readRecord(layout: StateLayout): LocalRecord | undefined {
  return readJson<LocalRecord>(layout.record);
}

/** Replaces the record. */
export function writeRecord(layout: StateLayout, record: LocalRecord): void {
  writeJson(layout.record, record);
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** By renaming, so that a reader never meets half a file. */
function writeJson(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(draft, file);
}
