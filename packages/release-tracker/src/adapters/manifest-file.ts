import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InvalidInputError } from "@slipway/core";
import { parse } from "yaml";
import { ManifestNotFoundError } from "../core/errors";
import { readProject } from "../core/manifest";
import { foreignKeys } from "../core/manifest-keys";
import type { Project } from "../core/manifest";

/** Names of a manifest file, in the order in which they are looked for. */
export const MANIFEST_FILES = [".slipway_project", ".wellcome_project"] as const;

/** A project and where it was read. */
export interface FoundProject {
  /** Absolute path of the manifest. */
  readonly file: string;
  readonly project: Project;
  /** Keys of the file that are not Slipway's, each with its place: ignored, and worth a word to whoever wrote them. */
  readonly foreignKeys: readonly string[];
}

/**
 * Finds the project manifest in `directory` or above it, as git finds its repository, and reads one project of it.
 *
 * @throws ManifestNotFoundError, InvalidInputError, ProjectNotFoundError.
 */
export function findProject({
  directory,
  projectId,
}: {
  readonly directory: string;
  readonly projectId?: string | undefined;
}): FoundProject {
  const file = findUpwards(resolve(directory));
  if (file === undefined) throw new ManifestNotFoundError(directory, MANIFEST_FILES);
  const content = parseFile(file);
  return { file, project: readProject(file, content, projectId), foreignKeys: foreignKeys(content) };
}

function findUpwards(directory: string): string | undefined {
  const found = MANIFEST_FILES.map((name) => join(directory, name)).find((file) => existsSync(file));
  const parent = dirname(directory);
  return found ?? (parent === directory ? undefined : findUpwards(parent));
}

function parseFile(file: string): unknown {
  try {
    // JSON is YAML too.
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    throw new InvalidInputError(file, `is neither JSON nor YAML: ${problem}`, "mend the syntax", { cause: error });
  }
}
