import type { Command, OptionTable } from "../command";
import type { CommandContext } from "../context";
import { globalOptions, mutationOptions } from "../options/global";
import type { CommandTree } from "../program/discover";
import { valueSources, type Typed } from "./values";

/** Something that the last word could become. */
export interface Candidate {
  readonly word: string;
  /** One line, for shells that show it. */
  readonly describe?: string | undefined;
}

/**
 * Completes a command line. Not yargs's completion: that one validates the unfinished line and fails on it.
 *
 * @param words The words so far, from `slipway` on; the last one is the one to complete.
 * @returns Candidates. None when a dynamic value cannot be found out: a completion never fails.
 */
export async function complete(
  words: readonly string[],
  tree: CommandTree,
  context: CommandContext,
): Promise<readonly Candidate[]> {
  const typed = words.slice(1);
  const found = findCommand(typed, tree);
  const candidates = found ? await completeArguments(typed, found, context) : completeNames(typed, tree);
  return candidates.filter(({ word }) => word.startsWith(typed.at(-1) ?? ""));
}

function completeNames(typed: readonly string[], { commands, groups }: CommandTree): readonly Candidate[] {
  const group = typed.length === 2 ? groups.find(({ name }) => name === typed[0]) : undefined;
  const entries = typed.length > 1 ? (group?.commands ?? []) : commands;
  return [
    ...entries.map(({ name, load }) => ({ word: name, describe: load().describe })),
    ...(typed.length > 1 ? [] : groups.map(({ name, describe }) => ({ word: name, describe: describe() }))),
  ];
}

async function completeArguments(
  typed: readonly string[],
  found: Found,
  context: CommandContext,
): Promise<readonly Candidate[]> {
  if (typed.at(-1)?.startsWith("-")) return optionCandidates(optionsOf(found.command));
  const subject = valueAt(found);
  if (subject === undefined) return optionCandidates(optionsOf(found.command));
  const choices = { ...found.command.positionals, ...found.command.options }[subject]?.choices ?? [];
  const values = await valuesOf(valueSources[subject]?.(context, typedSoFar(found)) ?? Promise.resolve([]));
  return [...choices.map(String), ...values].map((word) => ({ word }));
}

const optionsOf = ({ options, mutates }: Command): OptionTable => ({
  ...options,
  ...(mutates ? mutationOptions : {}),
  ...globalOptions,
});

const optionCandidates = (options: OptionTable): readonly Candidate[] =>
  Object.entries(options).map(([name, { describe }]) => ({ word: `--${name}`, describe }));

// Shown on every press of the tab key, so an unreachable table must not print an error into the prompt.
async function valuesOf(values: Promise<readonly string[]>): Promise<readonly string[]> {
  const [settled] = await Promise.allSettled([values]);
  return settled.status === "fulfilled" ? settled.value : [];
}

interface Found {
  readonly command: Command;
  /** Words after the command's name. */
  readonly rest: readonly string[];
}

// The last word is still being typed, so it names nothing yet.
function findCommand(typed: readonly string[], tree: CommandTree): Found | undefined {
  const [first, second] = typed.slice(0, -1);
  const single = tree.commands.find(({ name }) => name === first);
  if (single) return { command: single.load(), rest: typed.slice(1) };
  const group = tree.groups.find(({ name }) => name === first);
  const entry = group?.commands.find(({ name }) => name === second);
  return entry && { command: entry.load(), rest: typed.slice(2) };
}

/** Name of the option or positional whose value the last word is. */
function valueAt(found: Found): string | undefined {
  const option = optionNamed(found.rest.at(-2), found.command);
  return option ?? Object.keys(found.command.positionals)[positionalWords(found).length];
}

/** Words before the last one that are values of positionals. */
function positionalWords({ command, rest }: Found): readonly string[] {
  const before = rest.slice(0, -1);
  return before.filter((word, index) => !word.startsWith("-") && !optionNamed(before[index - 1], command));
}

/** Values that some other ones depend on, e.g. the stack that sites are of. */
function typedSoFar(found: Found): Typed {
  const { command, rest } = found;
  const options = rest.slice(0, -1).map((word, index) => [optionNamed(word, command), rest[index + 1]] as const);
  const words = positionalWords(found);
  return Object.fromEntries([
    ...options.filter(([name]) => name !== undefined),
    ...Object.keys(command.positionals).map((name, index) => [name, words[index]] as const),
  ]) as Typed;
}

/** The option of that spelling, when it takes a value. */
function optionNamed(word: string | undefined, { options }: Command): string | undefined {
  if (word === undefined || !word.startsWith("-")) return undefined;
  const name = word.replace(/^-+/, "");
  const match = Object.entries(options).find(([key, option]) => key === name || option.alias === name);
  return match && match[1].type !== "boolean" ? match[0] : undefined;
}
