import type { Command } from "../command";
import { optionsOf } from "./options-of";

/** Stands before a word that is no option whatever it begins with. No word of a command line can hold it. */
const MARK = "\0";

/**
 * The command line as yargs understands it: what follows `--` is arguments of the command and no options, except where the
 * command wants those words for itself, and a short option may have its value right behind it (`-sstaging`).
 *
 * @param argv As it was typed, without the interpreter and the script.
 */
export function spellOut(argv: readonly string[], command: Command): readonly string[] {
  const end = argv.indexOf("--");
  const [own, rest] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const spelled = own.map((word) => spellShort(word, command));
  if (command.takesRest) return [...spelled, ...argv.slice(own.length)];
  return [...spelled, ...rest.map((word) => MARK + word)];
}

/** An argument as it was typed. */
export const asTyped = (text: string): string => text.replaceAll(MARK, "");

function spellShort(word: string, command: Command): string {
  const [, letter, value] = /^-([a-z])([^=].*)$/is.exec(word) ?? [];
  const option = Object.values(optionsOf(command)).find(({ alias }) => alias !== undefined && alias === letter);
  return option === undefined || option.type === "boolean" ? word : `-${letter}=${value}`;
}
