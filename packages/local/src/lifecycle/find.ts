import { describeEnvironment } from "../environment/variables";
import { stateLayout } from "../layout";
import type { LocalEnvironment, LocalOptions } from "../local-environment";
import { isRunning } from "../process/identity";
import { readProcesses, readRecord } from "./record";

/**
 * The local environment that `localUp` left, at once and without asking it anything: undefined when there is none or
 * its emulator is known to be gone. `localStatus` looks closer.
 */
export function findLocal({ directory }: LocalOptions): LocalEnvironment | undefined {
  const layout = stateLayout(directory);
  const record = readRecord(layout);
  if (record === undefined) return undefined;
  const { emulator } = readProcesses(layout);
  if (record.managed && (emulator === undefined || !isRunning(emulator))) return undefined;
  const { binDirectories } = record.toolchain;
  return describeEnvironment({ layout, endpoint: record.endpoint, binDirectories, base: process.env });
}
