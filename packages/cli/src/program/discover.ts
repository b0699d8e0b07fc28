import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { Command } from "../command";

// Loads on demand and at once: yargs builds its parser without waiting.
const loadModule = createRequire(__filename);

/** A command that is known by its file, and loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  load(): Command;
}

/** A folder of commands, e.g. `release`. */
export interface CommandGroup {
  readonly name: string;
  /** One line for `--help`. */
  describe(): string;
  readonly commands: readonly CommandEntry[];
}

/** What the folder tree holds. */
export interface CommandTree {
  readonly commands: readonly CommandEntry[];
  readonly groups: readonly CommandGroup[];
}

/**
 * Reads the tree: `<verb>.js` is a command, `<group>/<verb>.js` a command of a group, `<group>/group.js` its one-line
 * description. A new component adds files here and edits none.
 */
export function discoverCommands(directory: string): CommandTree {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name));
  return {
    commands: entries.filter((entry) => entry.isFile()).flatMap((entry) => commandEntry(directory, entry.name)),
    groups: entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => commandGroup(join(directory, entry.name), entry.name)),
  };
}

function commandGroup(directory: string, name: string): CommandGroup {
  return {
    name,
    describe: () => stringExport(join(directory, "group"), "describe"),
    commands: readdirSync(directory)
      .sort()
      .flatMap((file) => commandEntry(directory, file)),
  };
}

function commandEntry(directory: string, file: string): CommandEntry[] {
  if (!/^[a-z-]+\.(js|ts)$/.test(file) || /^group\./.test(file)) return [];
  const name = basename(file).replace(/\.(js|ts)$/, "");
  return [{ name, load: () => commandExport(join(directory, name)) }];
}

function moduleAt(path: string): Readonly<Record<string, unknown>> {
  const loaded: unknown = loadModule(path);
  return typeof loaded === "object" && loaded !== null ? { ...loaded } : {};
}

function commandExport(path: string): Command {
  const { command } = moduleAt(path);
  if (!isCommand(command)) throw new TypeError(`${path} exports no command`);
  return command;
}

function stringExport(path: string, name: string): string {
  const value = moduleAt(path)[name];
  if (typeof value !== "string") throw new TypeError(`${path} exports no ${name}`);
  return value;
}

const isCommand = (value: unknown): value is Command =>
  typeof value === "object" && value !== null && "run" in value && "describe" in value && "examples" in value;
