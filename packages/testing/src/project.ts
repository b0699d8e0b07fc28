import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Absolute path of the checkout that this package is part of. */
export const repositoryRoot = resolve(__dirname, "..", "..", "..");

const SETTINGS = /^Pulumi\..+\.yaml$|^\.slipway_project$/;

/**
 * Lays out a Pulumi project in `directory` that runs the repository's own stacks, so that a test or the demo has a
 * local environment of its own and leaves the one of the checkout alone.
 *
 * @returns `directory`, which is created if it is missing.
 */
export function createProject(directory: string): string {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(repositoryRoot).filter((each) => SETTINGS.test(each))) {
    copyFileSync(join(repositoryRoot, name), join(directory, name));
  }
  const settings = readFileSync(join(repositoryRoot, "Pulumi.yaml"), "utf8");
  writeFileSync(
    join(directory, "Pulumi.yaml"),
    settings.replace(/^main:.*$/m, `main: ${join(repositoryRoot, "stacks")}`),
  );
  return directory;
}
