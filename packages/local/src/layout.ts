import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Where a project's local environment keeps everything; all absolute. */
export interface StateLayout {
  readonly directory: string;
  /** Beside `state`, not in it: it must outlive the deletion that it guards. */
  readonly lock: string;
  readonly ignoreFile: string;
  readonly state: string;
  /** Processes that were started, written as each one starts. */
  readonly processes: string;
  /** What is up, written last: its presence means that `localUp` finished. */
  readonly record: string;
  readonly emulatorLog: string;
  readonly taskRunnerLog: string;
  readonly taskLogs: string;
  readonly buildLogs: string;
  readonly taskSocket: string;
  readonly pulumiState: string;
  readonly pulumiHome: string;
  readonly passphrase: string;
  /** Temporary folder of the emulator, so that its leftovers go with the rest. */
  readonly temporary: string;
}

/** Longest socket path that every platform takes (104 on macOS, 108 on Linux, with the ending NUL). */
const LONGEST_SOCKET_PATH = 100;

/** Pure: names the files of a project's local environment; creates nothing. */
export function stateLayout(directory: string): StateLayout {
  const absolute = resolve(directory);
  const state = join(absolute, ".slipway", "local");
  return {
    directory: absolute,
    lock: join(absolute, ".slipway", "local.lock"),
    ignoreFile: join(absolute, ".slipway", ".gitignore"),
    state,
    processes: join(state, "processes.json"),
    record: join(state, "environment.json"),
    emulatorLog: join(state, "emulator.log"),
    taskRunnerLog: join(state, "tasks.log"),
    taskLogs: join(state, "task-logs"),
    buildLogs: join(state, "build-logs"),
    taskSocket: socketPath(state),
    pulumiState: join(state, "state"),
    pulumiHome: join(state, "pulumi-home"),
    passphrase: join(state, "passphrase"),
    temporary: join(state, "tmp"),
  };
}

/** Pure: whether a Pulumi home is that of some project's local environment, and so holds nothing but what was put there. */
export const isLocalPulumiHome = (home: string): boolean =>
  stateLayout(resolve(home, "..", "..", "..")).pulumiHome === resolve(home);

function socketPath(state: string): string {
  const inState = join(state, "tasks.sock");
  if (Buffer.byteLength(inState) <= LONGEST_SOCKET_PATH) return inState;
  return join(tmpdir(), `slipway-tasks-${createHash("sha256").update(state).digest("hex").slice(0, 16)}.sock`);
}
