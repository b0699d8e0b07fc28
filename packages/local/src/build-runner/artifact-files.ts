import { readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import picomatch from "picomatch";
import type { ArtifactsSpec } from "./buildspec";
import { PhaseFailedError } from "./errors";

/** A file to keep. */
export interface ArtifactFile {
  /** Where it is. */
  readonly source: string;
  /** What it is called in the archive, with slashes. */
  readonly name: string;
}

/**
 * The files that a buildspec's `artifacts` section names, sorted by name.
 * @param root Folder that it is relative to.
 * @throws PhaseFailedError when there are none, as CodeBuild does.
 */
export function artifactFiles(spec: ArtifactsSpec, root: string): readonly ArtifactFile[] {
  const bases = spec.baseDirectory === undefined ? [root] : foldersLike(spec.baseDirectory, root);
  if (bases.length === 0) {
    const problem = `no matching base directory path found for ${spec.baseDirectory}`;
    throw new PhaseFailedError("CLIENT_ERROR", problem);
  }
  const wanted = picomatch(spec.files.map(globOf), { dot: true });
  const isExcluded = picomatch(spec.excluded.map(globOf), { dot: true });
  const found = bases.flatMap((base) =>
    filesUnder(base)
      .map((source) => ({ source, name: relative(base, source).split("\\").join("/") }))
      .filter(({ name }) => wanted(name) && !isExcluded(name)),
  );
  if (found.length === 0) throw new PhaseFailedError("CLIENT_ERROR", "no matching artifact paths found");
  const named = spec.discardPaths ? found.map((file) => ({ ...file, name: basename(file.name) })) : found;
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const globOf = (pattern: string): string => pattern.replace(/^\.\//, "");

function foldersLike(pattern: string, root: string): readonly string[] {
  const plain = join(root, pattern);
  if (pattern.startsWith("/") || !/[*?[{]/.test(pattern)) return isFolder(plain) ? [plain] : [];
  const matches = picomatch(globOf(pattern));
  return foldersUnder(root).filter((folder) => matches(relative(root, folder)));
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function foldersUnder(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((child) => child.isDirectory());
  return children.flatMap((child) => [join(folder, child.name), ...foldersUnder(join(folder, child.name))]);
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((child) => {
    const path = join(folder, child.name);
    if (child.isDirectory()) return filesUnder(path);
    // A link counts as what it leads to.
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
  });
}
