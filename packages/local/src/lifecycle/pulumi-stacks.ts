import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InstallFailedError } from "../errors";
import type { StateLayout } from "../layout";
import type { Progress } from "../local-environment";
import { execute } from "../process/execute";

/** Public on purpose: local state protects nothing, and a fixed text keeps the committed stack files as they are. */
const PASSPHRASE = "slipway-local";

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/;
const PULUMI_LIMIT_MS = 120_000;

/** Makes the folders and the passphrase file that Pulumi needs. */
export function preparePulumi(layout: StateLayout): void {
  mkdirSync(layout.pulumiState, { recursive: true });
  mkdirSync(layout.pulumiHome, { recursive: true });
  writeFileSync(layout.passphrase, PASSPHRASE, { mode: 0o600 });
}

/** Names of the stacks that a project has settings for, in alphabetical order; empty where there is no project. */
export function stacksOf(directory: string): readonly string[] {
  if (!existsSync(join(directory, "Pulumi.yaml"))) return [];
  return readdirSync(directory)
    .flatMap((file) => STACK_FILE.exec(file)?.[1] ?? [])
    .sort();
}

/** Makes each of the project's stacks in the local backend, so that `pulumi up --stack <name>` needs no `stack init`. */
export async function ensureStacks(
  layout: StateLayout,
  pulumi: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const wanted = stacksOf(layout.directory);
  if (wanted.length === 0) return;
  const run = (...args: string[]) =>
    execute(pulumi, [...args, "--non-interactive"], { cwd: layout.directory, env, timeout: PULUMI_LIMIT_MS });
  const existing = namesIn((await run("stack", "ls", "--json")).stdout);
  for (const stack of wanted.filter((name) => !existing.includes(name))) {
    const result = await run("stack", "init", stack, "--no-select");
    if (!result.ok) throw new InstallFailedError(`the Pulumi stack ${stack}`, "pulumi stack init", result.summary);
    progress(`made the Pulumi stack ${stack}`);
  }
}

function namesIn(list: string): readonly string[] {
  if (list.trim() === "") return [];
  return (JSON.parse(list) as readonly { name: string }[]).map(({ name }) => name);
}
