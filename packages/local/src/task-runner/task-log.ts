import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Container } from "./container";

/** Name of the log file in the log folder. */
export const TASK_LOG = "tasks.log";

/** Name of the file with what all builds print, in its own folder. */
export const BUILD_LOG = "builds.log";

const MAXIMUM_BYTES = 10 * 1024 * 1024;

/** One file with what all tasks wrote and what became of them. */
export interface TaskLog {
  /** Writes a line of the runner itself. */
  note(text: string): void;
  /** Writes a line of something else that runs here. */
  write(source: string, text: string): void;
  /** Writes a container's output and its end from now on. */
  follow(container: Container): void;
}

/**
 * Opens a log file in a folder, appending. At 10 MiB it gets `.1` at the end of its name, replacing the one before.
 *
 * @param now Time of each line.
 */
export function openTaskLog(folder: string, now: () => Date, name = TASK_LOG): TaskLog {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  let bytes = existsSync(path) ? statSync(path).size : 0;
  let file = createWriteStream(path, { flags: "a" });

  const write = (source: string, text: string) => {
    const line = `${now().toISOString()} ${source} | ${text.trimEnd()}\n`;
    if (bytes > MAXIMUM_BYTES) {
      file.end();
      renameSync(path, `${path}.1`);
      file = createWriteStream(path, { flags: "a" });
      bytes = 0;
    }
    file.write(line);
    bytes += Buffer.byteLength(line);
  };

  return {
    note: (text) => write("task-runner", text),
    write,
    follow({ output, exited, spec }) {
      output.follow({ line: ({ bytes: text }) => write(spec.name, text.toString()), end: () => {} });
      void exited.then((exitCode) => write(spec.name, `(exited with code ${exitCode})`));
    },
  };
}
