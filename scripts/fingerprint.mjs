// Leaves out what would find what it found before: a step is done again when something of what it reads has changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "./root.mjs";

const FOLDERS = ["packages", "examples", "stacks", "test", "scripts"];
const AT_THE_TOP = ["package-lock.json", "tsconfig.json", "tsconfig.base.json"];
const SOURCE = /\.(ts|mjs|json|yaml)$/;
const MADE = new Set(["node_modules", "dist"]);

function* sourcesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !MADE.has(entry.name)) yield* sourcesIn(path);
    if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

/** Changes with every source in these folders, and with what is installed. */
function fingerprint(folders) {
  const hash = createHash("sha256").update(process.version);
  const files = [...AT_THE_TOP.map((name) => join(repositoryRoot, name))];
  for (const folder of folders) files.push(...sourcesIn(join(repositoryRoot, folder)));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/**
 * Whether a step has been done with the sources as they are.
 *
 * @param name The step's.
 * @param folders Where it reads, below the top. Default: everywhere.
 * @returns {{ isDone: boolean, done: () => void }} call `done` when the step has passed.
 */
export function stepOnSources(name, folders = FOLDERS) {
  const stamp = join(repositoryRoot, "node_modules", ".cache", "slipway", name);
  return {
    isDone: existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(folders),
    done() {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, fingerprint(folders));
    },
  };
}
