import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder with a Pulumi.yaml, from `directory` upwards; undefined when there is none. */
export function findPulumiProject(directory: string): string | undefined {
  if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findPulumiProject(parent);
}

/** Stacks that have a settings file `Pulumi.<stack>.yaml` in the folder, sorted. */
export function configuredStacks(directory: string): readonly string[] {
  return readdirSync(directory)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}
