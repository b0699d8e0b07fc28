import { execFile } from "node:child_process";

/** How a command ended; a failure is a value. */
export interface Execution {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Last lines of what it printed, or why it could not run; one line, for messages. */
  readonly summary: string;
}

/** Where and how long a command runs. */
export interface ExecuteOptions {
  readonly cwd?: string;
  /** The whole environment. @default the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
}

const LAST_CHARACTERS = 600;

/** Runs a command without a shell and waits for it. Never rejects. */
export function execute(command: string, args: readonly string[], options: ExecuteOptions): Promise<Execution> {
  return new Promise((resolve) => {
    const settings = { ...options, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024, encoding: "utf8" } as const;
    execFile(command, args, settings, (error, stdout, stderr) => {
      const cause = error?.killed === true ? `no result within ${options.timeout / 1000} s` : (error?.message ?? "");
      const printed = `${stdout}\n${stderr}`.trim().slice(-LAST_CHARACTERS);
      const summary = (error?.killed === true || printed === "" ? cause : printed).replace(/\s*\n\s*/g, " | ");
      resolve({ ok: error === null, stdout, stderr, summary });
    });
  });
}
