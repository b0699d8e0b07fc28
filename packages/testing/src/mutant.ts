import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

/** Node's own, by which modules that are loaded already can be forgotten. */
const load = createRequire(__filename);

/**
 * Loads a module anew with some exports of one module below it replaced: a mutant of code that is given no dependencies.
 * Other users of these modules keep what they have.
 *
 * @param entry Absolute path of the module, as `require.resolve` gives it.
 * @param guard The module that holds the guard, likewise. Everything in the folder of `entry` is loaded anew.
 * @example
 * loadMutant<typeof Promotion>(require.resolve("../src/promotion"), require.resolve("../src/core/scope"), {
 *   assertNoLoop: () => undefined,
 * });
 */
export function loadMutant<T>(entry: string, guard: string, replaced: Readonly<Record<string, unknown>>): T {
  const folder = dirname(entry) + sep;
  const before = Object.entries(load.cache).filter(([path]) => path.startsWith(folder));
  forget(folder);
  try {
    const original = load(guard) as Record<string, unknown>;
    for (const name of Object.keys(replaced)) {
      if (!(name in original)) throw new TypeError(`${guard} exports no ${name}`);
    }
    const loaded = load.cache[guard];
    if (loaded === undefined) throw new TypeError(`${guard} is no module of this kind`);
    loaded.exports = { ...original, ...replaced };
    return load(entry) as T;
  } finally {
    forget(folder);
    for (const [path, module] of before) load.cache[path] = module;
  }
}

function forget(folder: string): void {
  for (const path of Object.keys(load.cache)) if (path.startsWith(folder)) delete load.cache[path];
}
