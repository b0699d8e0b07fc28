import { didYouMean, nearestWord } from "@slipway/core";
import type { Command, OptionTable } from "../command";
import { globalOptions } from "../options/global";
import type { CommandTree } from "./discover";
import { optionsOf } from "./options-of";

/**
 * What is wrong with a command line that the parser refused. A word that nothing knows comes first, since whatever else
 * the parser misses may be missing only because of it.
 *
 * @param argv As it was typed, without the interpreter and the script.
 * @param message What the parser said.
 */
export function explain(argv: readonly string[], tree: CommandTree, message: string): string {
  const own = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  return (
    unknownCommand(own, tree) ??
    unknownOption(own, tree) ??
    missingArgument(own, tree, message) ??
    missingValue(own, tree, message) ??
    conflict(message) ??
    message
  );
}

const wordsOf = (argv: readonly string[]): readonly string[] => argv.filter((word) => !word.startsWith("-"));

function unknownCommand(argv: readonly string[], tree: CommandTree): string | undefined {
  const [first, second] = wordsOf(argv);
  if (first === undefined) return undefined;
  const firstWords = [...tree.commands, ...tree.groups].map(({ name }) => name);
  if (!firstWords.includes(first)) return noSuchCommand(first, first, firstWords);
  const group = tree.groups.find(({ name }) => name === first);
  if (group === undefined || second === undefined) return undefined;
  const secondWords = group.commands.map(({ name }) => name);
  return secondWords.includes(second) ? undefined : noSuchCommand(`${first} ${second}`, second, secondWords);
}

function noSuchCommand(typed: string, word: string, known: readonly string[]): string {
  return `there is no such command: ${typed}${didYouMean(nearestWord(word, known))}`;
}

function unknownOption(argv: readonly string[], tree: CommandTree): string | undefined {
  const known = Object.keys({ help: {}, version: {}, ...globalOptions, ...commandOptions(argv, tree) });
  for (const word of argv) {
    const [, typed] = /^--([^=]+)/.exec(word) ?? [];
    if (typed === undefined || known.includes(kebabCase(typed.replace(/^no-/, "")))) continue;
    const meant = nearestWord(typed, known);
    return `unknown option --${typed}${didYouMean(meant === undefined ? undefined : `--${meant}`)}`;
  }
  return undefined;
}

/** The parser tells only how many arguments there are. */
function missingArgument(argv: readonly string[], tree: CommandTree, message: string): string | undefined {
  const [, got] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? [];
  const needed = Object.entries(commandNamed(argv, tree)?.positionals ?? {}).filter(([, each]) => each.demandOption);
  const [name] = needed[Number(got)] ?? [];
  return got === undefined || name === undefined ? undefined : `<${name}> is missing`;
}

/** The parser names an option without its dashes, and by its letter where that was typed. */
function missingValue(argv: readonly string[], tree: CommandTree, message: string): string | undefined {
  const [, typed] = /^Not enough arguments following: (.+)/.exec(message) ?? [];
  if (typed === undefined) return undefined;
  const [name] = Object.entries(commandOptions(argv, tree)).find(([, { alias }]) => alias === typed) ?? [typed];
  return `--${name} needs a value`;
}

function conflict(message: string): string | undefined {
  const [, one, other] = /^Arguments (\S+) and (\S+) are mutually exclusive/.exec(message) ?? [];
  return one === undefined ? undefined : `--${one} and --${other} exclude each other`;
}

/** The command that the words before any `--` name; undefined where they name none. */
export function commandNamed(argv: readonly string[], tree: CommandTree): Command | undefined {
  const [first, second] = wordsOf(argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length));
  const group = tree.groups.find(({ name }) => name === first);
  return (group?.commands ?? tree.commands).find(({ name }) => name === (group ? second : first))?.load();
}

function commandOptions(argv: readonly string[], tree: CommandTree): OptionTable {
  const command = commandNamed(argv, tree);
  return command === undefined ? {} : optionsOf(command);
}

/** How an option is declared: yargs takes `--dryRun` for `--dry-run`. */
export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
