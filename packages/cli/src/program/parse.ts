import yargs, { type Argv, type Options } from "yargs";
import type { Command, OptionTable } from "../command";
import { UsageError } from "../errors";
import { globalOptions } from "../options/global";
import { checkSwitches, checkValues } from "./check-values";
import type { CommandEntry, CommandTree } from "./discover";
import { commandNamed, explain } from "./explain";
import { optionsOf } from "./options-of";
import { asTyped, spellOut } from "./words";

/** What the command line asks for. */
export type Request =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly command: Command; readonly args: Readonly<Record<string, unknown>> };

/** What the parser needs besides the command line. */
export interface ParserSettings {
  readonly tree: CommandTree;
  readonly version: string;
  /** Width of help texts. */
  readonly columns: number;
}

/** What is known when a command is added to the parser. */
interface Addition {
  readonly argv: readonly string[];
  /** Name of its group and a space; empty for a command of its own. */
  readonly prefix: string;
  readonly select: Select;
}

type Select = (command: Command, args: Readonly<Record<string, unknown>>) => void;

/** Ends the parsing: yargs would go on and lay out the help of the command, for a failure that is not its to report. */
const SELECTED = new Error("the command is known");

/**
 * Reads the command line.
 *
 * @param argv Without the interpreter and the script.
 * @throws UsageError for anything that does not parse.
 */
export function parse(argv: readonly string[], settings: ParserSettings): Request {
  let request: Request | undefined;
  const parser = createParser(argv, settings, (command, args) => {
    request = { kind: "command", command, args };
    throw SELECTED;
  });
  // Thrown at the first problem: yargs goes on and would report the last one it meets.
  parser.fail((message: string | null, error: Error | undefined) => {
    if (error instanceof UsageError) throw error;
    const problem = explain(argv, settings.tree, asTyped(message ?? error?.message ?? "unknown"));
    throw new UsageError(problem, commandPath(argv, settings.tree));
  });
  const command = commandNamed(argv, settings.tree);
  let help = "";
  try {
    parser.parseSync([...(command ? spellOut(argv, command) : argv)], {}, (_error, _args, output) => {
      help = output;
    });
  } catch (error) {
    if (error !== SELECTED) throw error;
  }
  return request ?? { kind: "text", text: help };
}

/** The yargs parser of the command line; only the group or command that `argv` names is loaded. */
export function createParser(argv: readonly string[], settings: ParserSettings, select: Select): Argv {
  const { tree, version, columns } = settings;
  const [named] = argv.filter((word) => !word.startsWith("-"));
  const wanted = <T extends { name: string }>(all: readonly T[]): readonly T[] => {
    const isKnown = [...tree.commands, ...tree.groups].some(({ name }) => name === named);
    return isKnown ? all.filter(({ name }) => name === named) : all;
  };
  const root = yargs([])
    .scriptName("slipway")
    .usage("$0 <command>\n\nRelease plumbing for AWS: bring environments up, release to them, see what runs.")
    .locale("en")
    .wrap(columns)
    .version(version)
    .options(globalOptions)
    .group(Object.keys(globalOptions), "Output:")
    .parserConfiguration({ "greedy-arrays": false, "populate--": true })
    .strict()
    .showHelpOnFail(false)
    .exitProcess(false)
    .demandCommand(1, "which command?")
    .epilogue(
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 changes pending, 4 locked, 5 not found, 6 refused, 7 attention, 130 interrupted",
    );
  for (const entry of wanted(tree.commands)) addCommand(root, entry, { argv, prefix: "", select });
  for (const group of wanted(tree.groups)) {
    root.command(group.name, group.describe(), (child) => {
      for (const entry of group.commands) addCommand(child, entry, { argv, prefix: `${group.name} `, select });
      return child.demandCommand(1, `which command of ${group.name}?`);
    });
  }
  return root;
}

function addCommand(parser: Argv, entry: CommandEntry, { argv, prefix, select }: Addition): void {
  const command = entry.load();
  const path = `slipway ${prefix}${entry.name}`;
  parser.command(
    `${entry.name}${positionalSyntax(command.positionals)}`,
    command.describe,
    (child) => commandOptions(child, command),
    (parsed) => {
      const args = { ...parsed, ...typedPositionals(command, parsed) };
      checkSwitches({ ...globalOptions, ...optionsOf(command) }, argv, path);
      checkValues({ positionals: command.positionals, options: optionsOf(command) }, args, path);
      select(command, args);
    },
  );
}

function commandOptions(parser: Argv, command: Command): Argv {
  // What follows the command's name is its own: otherwise yargs would print the program's version and be done.
  if ("version" in command.options) parser.version(false);
  for (const [name, { choices, default: preset, describe, array }] of Object.entries(command.positionals)) {
    parser.positional(name, { type: "string", choices, default: preset, describe, array });
  }
  return parser
    .options(withValues(optionsOf(command)))
    .example(command.examples.map(([line, meaning]) => [line, meaning]));
}

// Without this yargs takes the default for `--limit` at the end of a line.
const withValues = (options: OptionTable): Record<string, Options> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, requiresArg: option.type !== "boolean" }]),
  );

const typedPositionals = (command: Command, args: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(command.positionals).map((name) => [name, typedValue(args[name])]));

function typedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typedValue);
  return typeof value === "string" ? asTyped(value) : value;
}

const positionalSyntax = (positionals: OptionTable): string =>
  Object.entries(positionals)
    .map(([name, { demandOption, array }]) => {
      const label = array ? `${name}..` : name;
      return demandOption ? ` <${label}>` : ` [${label}]`;
    })
    .join("");

/** The command that the words name, as far as they do: `slipway release deploy`. */
export function commandPath(argv: readonly string[], tree: CommandTree): string {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  if (tree.commands.some(({ name }) => name === first)) return `slipway ${first}`;
  const group = tree.groups.find(({ name }) => name === first);
  if (!group) return "slipway";
  const isCommand = group.commands.some(({ name }) => name === second);
  return isCommand ? `slipway ${group.name} ${second}` : `slipway ${group.name}`;
}
