import { existsSync } from "node:fs";
import { isHealthy } from "../emulator/health";
import { answersOnSocket } from "../emulator/task-runner-health";
import type { StateLayout } from "../layout";
import { isRunning } from "../process/identity";
import { hasDeployerRoles } from "./deployer-roles";
import { type LocalRecord, readProcesses, readRecord } from "./record";

/**
 * What is there of a local environment.
 * - `none`: nothing.
 * - `running`: everything answers.
 * - `without-runner`: the emulator and its data live, the task runner died.
 * - `lost`: the emulator is gone and its data with it, or `localUp` did not finish; what is left describes nothing.
 */
export type Condition =
  | { readonly kind: "none" }
  | { readonly kind: "running" | "without-runner"; readonly record: LocalRecord }
  | { readonly kind: "lost"; readonly reason: string };

/** Looks at the record and asks each process that it names. */
export async function inspect(layout: StateLayout): Promise<Condition> {
  // A Pulumi command in a shell that is still set to what was taken down makes its home anew, and nothing else.
  const ours = [layout.temporary, layout.processes, layout.record];
  if (!ours.some((path) => existsSync(path))) return { kind: "none" };
  const record = readRecord(layout);
  if (record === undefined) return { kind: "lost", reason: "the last `up` did not finish" };
  const { emulator, taskRunner } = readProcesses(layout);
  if (record.managed && (emulator === undefined || !isRunning(emulator))) {
    return { kind: "lost", reason: "the emulator is not running any more" };
  }
  if (!(await isHealthy(record.endpoint))) return { kind: "lost", reason: `nothing answers at ${record.endpoint}` };
  if (!(await hasDeployerRoles(record.endpoint))) return { kind: "lost", reason: "the emulator was cleared" };
  if (!record.managed) return { kind: "running", record };
  const hasRunner = taskRunner !== undefined && isRunning(taskRunner) && (await answersOnSocket(layout.taskSocket));
  return { kind: hasRunner ? "running" : "without-runner", record };
}
