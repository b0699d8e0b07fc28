import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import type { CommandContext } from "./context";
import type { ExitCode } from "./exit-codes";
import type { globalOptions, mutationOptions } from "./options/global";
import type { Style } from "./render/style";

/** Options of a command as data; yargs reads the same shape. */
export type OptionTable = Readonly<Record<string, Options>>;

/** One item of a stream: its JSON form and its line for people. */
export interface StreamItem {
  readonly record: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What a command has found or done. Only `bin` prints it. */
export interface CommandResult {
  /** Name and version of the JSON shape, e.g. `slipway.releases.v1`. A changed shape gets a new version. */
  readonly schema: string;
  /** The JSON document of `--json`, without the `schema` key. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The same for people, without a last line feed. Default: indented JSON of `data`. */
  readonly text?: (style: Style) => string;
  /** Whether the text is a bare value, which scripts get as it is; a terminal never does. @default false */
  readonly bare?: boolean;
  /** For output without an end, e.g. `--follow`: printed item by item instead of `data`, as NDJSON with `--json`. */
  readonly stream?: AsyncIterable<StreamItem>;
  /** Default 0. */
  readonly exitCode?: ExitCode;
}

type NoOptions = Readonly<Record<never, Options>>;

type Parsed<O extends OptionTable, P extends OptionTable> = ArgumentsCamelCase<
  InferredOptionTypes<O & P & typeof globalOptions & typeof mutationOptions>
> & { readonly "--"?: readonly string[] };

/** How a command file describes its command. */
export interface CommandDefinition<O extends OptionTable, P extends OptionTable> {
  /** One line for `--help`. */
  readonly describe: string;
  /** Whether it changes anything; adds `--yes` and `--dry-run`. */
  readonly mutates: boolean;
  /** Arguments by position, in order; a required one carries `demandOption: true`. */
  readonly positionals?: P;
  readonly options?: O;
  /** Whether the words behind `--` reach `run` as `args["--"]` and are no arguments by position. @default false */
  readonly takesRest?: boolean;
  /** Command line and what it does; at least one. */
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[];
  /** Parses nothing and prints nothing: calls the library and gives back what it found. */
  run(args: Parsed<O, P>, context: CommandContext): Promise<CommandResult>;
}

/** A command as the program sees it: the option types are gone. */
export interface Command {
  readonly describe: string;
  readonly mutates: boolean;
  readonly positionals: OptionTable;
  readonly options: OptionTable;
  readonly takesRest: boolean;
  readonly examples: readonly (readonly [string, string])[];
  run(args: unknown, context: CommandContext): Promise<CommandResult>;
}

/** Declares a command. The parser has checked the arguments against the tables before `run` sees them. */
export function defineCommand<const O extends OptionTable = NoOptions, const P extends OptionTable = NoOptions>(
  definition: CommandDefinition<O, P>,
): Command {
  return {
    describe: definition.describe,
    mutates: definition.mutates,
    positionals: definition.positionals ?? {},
    options: definition.options ?? {},
    takesRest: definition.takesRest ?? false,
    examples: definition.examples,
    run: (args, context) => definition.run(args as Parsed<O, P>, context),
  };
}
