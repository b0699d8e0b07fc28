import { existsSync } from "node:fs";
import { stateLayout } from "../layout";
import type { LocalOptions, Progress } from "../local-environment";
import type { LocalDownReport } from "../local-report";
import { exclusively } from "../process/exclusive";
import { deleteState, stopProcesses } from "./processes";

/**
 * Stops the local environment and deletes its data and the Pulumi state that describes it. Fine to call when nothing
 * runs. Throws `LocalStopError` when a process does not end; then nothing is deleted.
 */
export async function localDown(options: LocalOptions & { readonly progress?: Progress }): Promise<LocalDownReport> {
  const layout = stateLayout(options.directory);
  const progress = options.progress ?? (() => undefined);
  if (!existsSync(layout.state) && !existsSync(layout.lock)) return { stopped: [], deletedState: false };
  return exclusively(layout.lock, `the local environment of ${layout.directory}`, progress, async () => {
    const stopped = await stopProcesses(layout);
    return { stopped, deletedState: deleteState(layout) };
  });
}
