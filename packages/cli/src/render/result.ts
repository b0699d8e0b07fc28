import type { CommandResult } from "../command";
import type { Style } from "./style";

/** One JSON document: the schema first, then the data. */
export function renderJson({ schema, data }: Pick<CommandResult, "schema" | "data">): string {
  return JSON.stringify({ schema, ...data });
}

/** The text for people; a command without one is shown as JSON. */
export function renderText(result: CommandResult, style: Style): string {
  return result.text ? result.text(style) : JSON.stringify(result.data, undefined, 2);
}
