import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalNotRunningError } from "../errors";
import { type StateLayout, stateLayout } from "../layout";
import type { LocalOptions } from "../local-environment";
import type { LocalLogLine, LocalLogSource } from "../local-report";

const POLL_MS = 200;
const CHUNK_BYTES = 64 * 1024;

/** Which logs to read, and whether to wait for more. */
export interface LocalLogsOptions extends LocalOptions {
  /** @default all of them, file by file */
  readonly source?: LocalLogSource;
  /** Waits for new lines, and for logs of new tasks. @default false */
  readonly follow?: boolean;
  /** Ends a followed log, without an error. */
  readonly signal?: AbortSignal;
}

const FILES: Readonly<Record<LocalLogSource, (layout: StateLayout) => readonly string[]>> = {
  emulator: ({ emulatorLog }) => [emulatorLog],
  "task-runner": ({ taskRunnerLog }) => [taskRunnerLog],
  task: ({ taskLogs }) => filesIn(taskLogs),
  build: ({ buildLogs }) => filesIn(buildLogs),
};

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];

const SOURCES = Object.keys(FILES) as LocalLogSource[];

/**
 * Lines that the parts of a local environment wrote, whole lines only while following. A followed log ends when the
 * environment is taken down. Throws `LocalNotRunningError` when there is none.
 */
export async function* localLogs(options: LocalLogsOptions): AsyncGenerator<LocalLogLine, void, undefined> {
  const layout = stateLayout(options.directory);
  if (!existsSync(layout.state)) throw new LocalNotRunningError(layout.directory);
  const sources = options.source === undefined ? SOURCES : [options.source];
  const tails = new Map<string, Tail>();
  for (;;) {
    for (const source of sources) {
      for (const file of FILES[source](layout)) yield* readMore(tails, source, file, options.follow !== true);
    }
    if (options.follow !== true || options.signal?.aborted === true || !existsSync(layout.state)) return;
    await sleep(POLL_MS);
  }
}

/** How far a file was read. */
interface Tail {
  position: number;
  unfinished: string;
  readonly decoder: StringDecoder;
}

function* readMore(
  tails: Map<string, Tail>,
  source: LocalLogSource,
  file: string,
  flush: boolean,
): Generator<LocalLogLine, void, undefined> {
  const tail = tails.get(file) ?? { position: 0, unfinished: "", decoder: new StringDecoder("utf8") };
  tails.set(file, tail);
  const line = (text: string): LocalLogLine => ({ source, file: basename(file), text });
  for (const chunk of chunks(file, tail)) {
    const lines = (tail.unfinished + chunk).split("\n");
    tail.unfinished = lines.pop() ?? "";
    yield* lines.map(line);
  }
  if (flush && tail.unfinished !== "") yield line(tail.unfinished);
}

function* chunks(file: string, tail: Tail): Generator<string, void, undefined> {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, "r");
  const buffer = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const read = readSync(descriptor, buffer, 0, CHUNK_BYTES, tail.position);
      if (read === 0) return;
      tail.position += read;
      yield tail.decoder.write(buffer.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}
