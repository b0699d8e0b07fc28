import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { requireStackName, type InlineTarget, type StackTarget } from "../target";

/** Calls `use` with the folder to run the CLI in: the target's own, or a temporary one that describes the inline project. */
export async function withFolder<T>(target: StackTarget, use: (workDir: string) => Promise<T>): Promise<T> {
  requireStackName(target.stack);
  if ("workDir" in target) return use(resolve(target.workDir));
  const folder = await mkdtemp(join(tmpdir(), "slipway-inline-"));
  try {
    await describeProject(folder, target);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function describeProject(folder: string, { project, stack, config }: InlineTarget): Promise<void> {
  // JSON is YAML, so no YAML writer is needed.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));
  if (config === undefined) return;
  await writeFile(join(folder, `Pulumi.${stack.split("/").at(-1)}.yaml`), JSON.stringify({ config }));
}
