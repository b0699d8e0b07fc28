import type { CommonOptions } from "../options";
import type { JsonValue } from "../results";
import { cliEnvironment } from "./environment";
import { errorFromExit } from "./failure";
import { runCli } from "./run-cli";

/** Runs a command that only reads (or one that prints nothing) and returns its standard output. */
export async function queryCli(
  command: string[],
  stack: string,
  workDir: string,
  { env, signal }: CommonOptions,
): Promise<string> {
  const exit = await runCli({
    arguments: command,
    workDir,
    env: cliEnvironment(process.env, env),
    ...(signal === undefined ? {} : { signal }),
  });
  if (exit.exitCode === 0) return exit.stdout;
  const words = command.filter((word) => !word.startsWith("-")).slice(0, 2);
  throw errorFromExit(exit, { stack, workDir, command: words.join(" ") });
}

/** Parses what the CLI printed as JSON. */
export function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
