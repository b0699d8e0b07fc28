import type { Options } from "yargs";
import type { OptionTable } from "../command";
import { UsageError } from "../errors";
import { kebabCase } from "./explain";

type Rule = (option: Options, value: unknown) => string | undefined;

// yargs turns `--stack a --stack b` into an array and `--limit x` into NaN, whatever the declared type says.
const rules: readonly Rule[] = [
  (option, value) => (Array.isArray(value) && !option.array ? "is given more than once" : undefined),
  (_option, value) => (Number.isNaN(value) ? "needs a number" : undefined),
  (option, value) => (option.default !== "" && [value].flat().includes("") ? "needs a value" : undefined),
];

/**
 * Makes the declared option types true.
 *
 * @param path The command, for the hint.
 * @throws UsageError naming the option.
 */
export function checkValues(
  { positionals, options }: Readonly<Record<"positionals" | "options", OptionTable>>,
  args: Readonly<Record<string, unknown>>,
  path: string,
): void {
  const named = (table: OptionTable, label: (name: string) => string) =>
    Object.entries(table).map(([name, option]) => [name, label(name), option] as const);
  for (const [name, label, option] of [
    ...named(positionals, (each) => `<${each}>`),
    ...named(options, (each) => `--${each}`),
  ]) {
    const problem = rules.map((rule) => rule(option, args[name])).find((found) => found !== undefined);
    if (problem) throw new UsageError(`${label} ${problem}`, path);
  }
}

/**
 * Refuses a value for a switch other than `true` and `false`: yargs would read `--dry-run=yes` as no.
 *
 * @param argv The command line as it was typed.
 * @param path The command, for the hint.
 * @throws UsageError naming the option.
 */
export function checkSwitches(options: OptionTable, argv: readonly string[], path: string): void {
  const end = argv.indexOf("--");
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, typed = "", value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const isSwitch = options[kebabCase(typed)]?.type === "boolean";
    if (isSwitch && value !== "true" && value !== "false") throw new UsageError(`--${typed} takes no value`, path);
  }
}
