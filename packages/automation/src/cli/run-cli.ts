import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { CliMissingError, ProjectNotFoundError } from "../errors";

const FORCE_TO_KILL_MS = 10_000;

/** One run of the `pulumi` command. */
export interface CliCall {
  /** Arguments; `--non-interactive` is added, so that nothing waits for a person. */
  arguments: string[];
  workDir: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  forceSignal?: AbortSignal;
  /** Called for each line of standard output; without it standard output is returned whole. */
  onLine?: (line: string) => void;
  /** Called when a signal is sent to the CLI. */
  onCancelling?: (gracefully: boolean) => void;
}

/** How the run ended. */
export interface CliExit {
  /** `undefined` when a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * Runs `pulumi` from the PATH of `env`. A failing command is a value, not an error.
 *
 * @throws CliMissingError when there is no such command.
 * @throws ProjectNotFoundError when the folder does not exist.
 */
export async function runCli(call: CliCall): Promise<CliExit> {
  if (!existsSync(call.workDir)) throw new ProjectNotFoundError(call.workDir);
  // Its own process group: a Ctrl-C of the terminal would reach the CLI besides our signal, and two mean "end at once".
  const child = spawn("pulumi", [...call.arguments, "--non-interactive"], {
    cwd: call.workDir,
    env: call.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stopListening = listenForCancellation(child, call);
  try {
    return await collect(child, call.onLine);
  } finally {
    stopListening();
  }
}

async function collect(child: ChildProcess, onLine: CliCall["onLine"]): Promise<CliExit> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      reject(cause.code === "ENOENT" ? new CliMissingError({ cause }) : cause);
    });
    child.once("close", resolve);
  });
  const stderr = text(child.stderr);
  const stdout = onLine === undefined ? text(child.stdout) : lines(child.stdout, onLine);
  const exitCode = await ended;
  return { exitCode: exitCode ?? undefined, stdout: await stdout, stderr: await stderr };
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: string[] = [];
  stream?.setEncoding("utf8");
  for await (const chunk of stream ?? []) chunks.push(chunk.toString());
  return chunks.join("");
}

async function lines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): Promise<string> {
  if (stream !== null) for await (const line of createInterface({ input: stream })) onLine(line);
  return "";
}

function listenForCancellation(child: ChildProcess, { signal, forceSignal, onCancelling }: CliCall): () => void {
  let kill: NodeJS.Timeout | undefined;
  const cancel = () => {
    onCancelling?.(true);
    child.kill("SIGINT");
  };
  const force = () => {
    onCancelling?.(false);
    // The CLI takes the first signal as "finish what runs" and the second as "end now, and release the lock".
    child.kill("SIGINT");
    child.kill("SIGTERM");
    kill = setTimeout(() => child.kill("SIGKILL"), FORCE_TO_KILL_MS);
  };
  const endWithParent = () => child.kill("SIGTERM");
  const forget = [onAbort(signal, cancel), onAbort(forceSignal, force)];
  process.once("exit", endWithParent);
  return () => {
    clearTimeout(kill);
    process.off("exit", endWithParent);
    for (const stop of forget) stop();
  };
}

function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) setImmediate(act);
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}
