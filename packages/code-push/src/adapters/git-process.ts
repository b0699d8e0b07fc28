import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** How a git process is run. */
export interface GitCommand {
  /** Never through a shell. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** After so many milliseconds the process and all that it started are killed. */
  readonly timeout: number;
  /** Looked at a few times a second; a text ends the process, with that reason. */
  readonly watch?: (() => Promise<string | undefined>) | undefined;
  /** Program to run. @default "git" */
  readonly program?: string | undefined;
}

/** How a git process ended. */
export interface GitExit {
  /** Nothing when it was killed. */
  readonly code: number | null;
  /** Why we killed it: `timeout`, or what `watch` said. */
  readonly stopped: string | undefined;
  /** The end of what it complained about. */
  readonly errors: string;
}

/** A git process at work. */
export interface RunningGit {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Never rejects. */
  readonly ended: Promise<GitExit>;
  stop(reason: string): void;
}

const ERRORS_KEPT = 4_000;
const WATCH_EVERY = 150;

/** Starts git in a process group of its own, so that its helpers (ssh, git-remote-https, index-pack) die with it. */
export function startGit({ args, env, cwd, timeout, watch, program = "git" }: GitCommand): RunningGit {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, args, {
    cwd,
    env,
    detached: true,
    shell: false,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stopped: string | undefined;
  let errors = "";
  const stop = (reason: string): void => {
    stopped ??= reason;
    killGroup(child.pid);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-ERRORS_KEPT)));
  // A process that ends early closes its input; that it ended is told by its exit.
  child.stdin.on("error", () => undefined);
  const timer = setTimeout(() => stop("timeout"), timeout);
  const watching = watch === undefined ? undefined : setInterval(() => void look(watch, stop), WATCH_EVERY);
  const ended = new Promise<GitExit>((resolve) => {
    const end = (code: number | null, problem = ""): void => {
      clearTimeout(timer);
      clearInterval(watching);
      // Helpers that outlive git keep the folder busy.
      killGroup(child.pid);
      resolve({ code, stopped, errors: problem || errors });
    };
    child.on("error", (error) => end(null, error.message));
    child.on("close", (code) => end(code));
  });
  return { stdin: child.stdin, stdout: child.stdout, ended, stop };
}

/** Runs git to its end. @param limit Characters of output beyond which it is stopped with the reason `output`. */
export async function runGit(
  command: GitCommand,
  limit = 16 * 1024 * 1024,
): Promise<GitExit & { readonly output: string }> {
  const running = startGit(command);
  running.stdin.end();
  const chunks: Buffer[] = [];
  let size = 0;
  running.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) running.stop("output");
    else chunks.push(chunk);
  });
  const exit = await running.ended;
  return { ...exit, output: Buffer.concat(chunks).toString("utf8") };
}

async function look(watch: () => Promise<string | undefined>, stop: (reason: string) => void): Promise<void> {
  const reason = await watch().catch(() => undefined);
  if (reason !== undefined) stop(reason);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group is gone already.
  }
}
