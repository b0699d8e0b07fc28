import { repositoryRoot } from "@slipway/testing";
import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a `slipway` process ended and what it printed. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a `slipway` process runs. */
export interface Surroundings {
  readonly cwd: string;
  /** On top of this process's variables; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets everything that was printed on stderr so far, each time there is more. */
  readonly onProgress?: (stderr: string) => void;
  /** Gets everything that was printed on stdout so far, each time there is more. */
  readonly onOutput?: (stdout: string) => void;
  /** Aborted, it is as if somebody pressed Ctrl-C. */
  readonly interrupt?: AbortSignal;
  /** Aborted, it is sent SIGTERM. */
  readonly terminate?: AbortSignal;
}

/** Runs the real command in a process of its own, without a terminal. */
export async function slipway(
  args: readonly string[],
  { cwd, env = {}, onProgress, onOutput, interrupt, terminate }: Surroundings,
): Promise<Outcome> {
  const bin = join(repositoryRoot, "packages", "cli", "bin", "slipway.js");
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  interrupt?.addEventListener("abort", () => child.kill("SIGINT"));
  terminate?.addEventListener("abort", () => child.kill("SIGTERM"));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.stdout += text;
    onOutput?.(printed.stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.stderr += text;
    onProgress?.(printed.stderr);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { exitCode, ...printed };
}

/** Runs the command and parses what it prints with `--json`; fails unless it succeeds. */
export async function slipwayJson<T>(args: readonly string[], surroundings: Surroundings): Promise<T> {
  const { exitCode, stdout, stderr } = await slipway([...args, "--json"], surroundings);
  if (exitCode !== 0) throw new Error(`slipway ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
