import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isHealthy } from "../emulator/health";
import { awaitReady } from "../emulator/await-ready";
import { freePort } from "../emulator/port";
import { EMULATOR_MARK, emulatorProgram, taskRunnerProgram } from "../emulator/programs";
import { answersOnSocket } from "../emulator/task-runner-health";
import { LocalStartError } from "../errors";
import type { StateLayout } from "../layout";
import { endProcess } from "../process/end-process";
import { endLeftovers } from "../process/leftovers";
import { startDetached } from "../process/start-detached";
import { readProcesses, writeProcesses } from "./record";

const ATTEMPTS = 3;

/** Starts the task runner and the emulator on an empty state folder; resolves with the endpoint. */
export async function startProcesses(layout: StateLayout, interpreter: string, preferred: number): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(preferred);
    try {
      return await startOn(port, layout, interpreter);
    } catch (error) {
      await stopProcesses(layout);
      // Another process may have taken the port since it was seen free; any other failure repeats itself.
      if (!(error instanceof LocalStartError) || attempt === ATTEMPTS || (await freePort(port)) === port) throw error;
    }
  }
}

async function startOn(port: number, layout: StateLayout, interpreter: string): Promise<string> {
  const endpoint = `http://127.0.0.1:${port}`;
  // The emulator looks for the runner's socket once, while it starts.
  await startTaskRunner(layout, endpoint);
  const program = emulatorProgram(layout, interpreter, port);
  const emulator = await startDetached(program);
  writeProcesses(layout, { ...readProcesses(layout), emulator });
  await awaitReady(program, emulator, () => isHealthy(endpoint));
  return endpoint;
}

/** Starts the task runner and waits until it answers. */
export async function startTaskRunner(layout: StateLayout, endpoint: string): Promise<void> {
  rmSync(layout.taskSocket, { force: true });
  const program = taskRunnerProgram(layout, endpoint);
  const taskRunner = await startDetached(program);
  writeProcesses(layout, { ...readProcesses(layout), taskRunner });
  await awaitReady(program, taskRunner, () => answersOnSocket(layout.taskSocket));
}

/** Ends what was started, emulator first so that it can stop its tasks; resolves with the names of what ran. */
export async function stopProcesses(layout: StateLayout): Promise<readonly string[]> {
  const { emulator, taskRunner } = readProcesses(layout);
  const stopped: string[] = [];
  if (emulator !== undefined && (await endProcess("emulator", emulator))) stopped.push("emulator");
  // Lambdas that keep a timer or a socket open outlive the emulator that started them.
  await endLeftovers(EMULATOR_MARK, layout.state);
  if (taskRunner !== undefined && (await endProcess("task runner", taskRunner))) stopped.push("task runner");
  if (existsSync(layout.processes)) rmSync(layout.processes);
  return stopped;
}

/** Makes the empty folders of a new local environment, which git ignores. */
export function makeState(layout: StateLayout): void {
  for (const folder of [layout.state, layout.temporary, layout.taskLogs]) mkdirSync(folder, { recursive: true });
  mkdirSync(dirname(layout.ignoreFile), { recursive: true });
  writeFileSync(layout.ignoreFile, "*\n");
}

/** Deletes emulator data and Pulumi state together; resolves with whether there were any. */
export function deleteState(layout: StateLayout): boolean {
  const existed = existsSync(layout.state);
  rmSync(layout.state, { recursive: true, force: true, maxRetries: 3 });
  rmSync(layout.taskSocket, { force: true });
  return existed;
}
