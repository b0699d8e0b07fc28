import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Absolute path of the checkout. */
export const repositoryRoot = resolve(__dirname, "..", "..");

const packagesFolder = join(repositoryRoot, "packages");

/** Names of the packages under `packages/`. */
export const packageNames: readonly string[] = readdirSync(packagesFolder);

/** The packages that are components: those with a contract between infrastructure and runtime. */
export const componentNames = packageNames.filter((name) =>
  existsSync(join(packagesFolder, name, "src", "contract.ts")),
);

/** One source file: its path below `packages/`, its text and the modules that it imports. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\b(?:import|require)\(\s*)["']([^"']+)["']/g;

/** The modules that a file's text imports; relative ones are given as paths below `packages/`. */
export function importsOf(text: string, folder: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, name = ""]) =>
    name.startsWith(".") ? relative(packagesFolder, resolve(folder, name)) : name,
  );
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  return { path: relative(packagesFolder, file), text, imports: importsOf(text, dirname(file)) };
}

/** Every source file of every package. */
export const packageSources = (): SourceFile[] =>
  walk(packagesFolder, (path) => /^[^/]+\/src\/.*\.ts$/.test(path)).map(readSource);

function walk(root: string, wanted: (path: string) => boolean): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.includes("node_modules") && wanted(path))
    .map((path) => join(root, path))
    .sort();
}
