/** Part of the local environment that writes a log; `task` and `build` are what services and builds themselves print. */
export type LocalLogSource = "emulator" | "task-runner" | "task" | "build";

/** One line that a part of the local environment wrote. */
export interface LocalLogLine {
  readonly source: LocalLogSource;
  /** Name of the log file, without its folder: tells the tasks apart. */
  readonly file: string;
  readonly text: string;
}

/** What `localDown` did. */
export interface LocalDownReport {
  /** Names of the parts that were running and are not any more; empty when nothing ran. */
  readonly stopped: readonly string[];
  /** Whether there was a state folder, which is gone now. */
  readonly deletedState: boolean;
}
