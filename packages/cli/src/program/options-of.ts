import type { Command, OptionTable } from "../command";
import { mutationOptions } from "../options/global";

/** The options of a command: its own, and those of every command that changes something. */
export const optionsOf = (command: Command): OptionTable => ({
  ...command.options,
  ...(command.mutates ? mutationOptions : {}),
});
