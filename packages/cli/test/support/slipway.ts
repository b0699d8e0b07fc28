import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Environment } from "../../src/context";
import type { Host } from "../../src/host";
import { run } from "../../src/run";
import { fakeLibraries, type FakeLibraries } from "./libraries";

/** Folder of the command tree. */
export const commandsDirectory = join(__dirname, "../../src/commands");

/** The moment at which every test runs. */
export const now = new Date("2026-11-21T12:00:00.000Z");

/** A folder with a Pulumi.yaml above it: this package lies in one. */
const inProject = __dirname;

/** What a command line printed and how it ended. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The process that a test pretends. */
export interface Pretended extends FakeLibraries {
  readonly cwd?: string;
  readonly env?: Environment;
  /** Keys typed on a terminal; without it there is no terminal. */
  readonly typed?: string;
  readonly signal?: AbortSignal;
  /** What each write to stdout fails with. */
  readonly stdoutFailure?: Error;
}

/** Runs a command line in this process. */
export async function slipway(commandLine: readonly string[], pretended: Pretended = {}): Promise<Outcome> {
  const isTTY = pretended.typed !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const [stdout, stderr] = [collector(isTTY, pretended.stdoutFailure), collector(isTTY)];
  if (pretended.typed !== undefined) stdin.write(pretended.typed);
  const host: Host = {
    cwd: pretended.cwd ?? inProject,
    env: pretended.env ?? {},
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    clock: { now: () => now },
    signal: pretended.signal ?? new AbortController().signal,
    forceSignal: new AbortController().signal,
    libraries: fakeLibraries(pretended),
    commandsDirectory,
    version: "1.2.3",
  };
  const exitCode = await run(commandLine, host);
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
}

function collector(isTTY: boolean, failure?: Error) {
  const chunks: string[] = [];
  const through = new PassThrough(failure && { transform: (_chunk, _encoding, callback) => callback(failure) });
  const stream = Object.assign(through, { isTTY, columns: 100 });
  stream.on("error", () => undefined);
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join("") + (stream.read()?.toString() ?? "") };
}
