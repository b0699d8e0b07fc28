import { inspect } from "node:util";
import { paint } from "./printable";

/** Formats that the CLI uses; plain text when colours are off. */
export type Format = "bold" | "dim" | "green" | "red" | "yellow";

/** Paints text for one output stream. */
export type Style = (format: Format, text: string) => string;

/** What decides about colours. */
export interface ColourCircumstances {
  /** `--color` (default true) or `--no-color`. */
  readonly wanted: boolean;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Colours only on a terminal, and never against NO_COLOR (https://no-color.org), TERM=dumb or `--no-color`. */
export function coloursAllowed({ wanted, isTTY, env }: ColourCircumstances): boolean {
  return wanted && isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** A `Style` that paints, for `printable` to let through, or one that leaves text as it is. */
export function createStyle(enabled: boolean): Style {
  return (format, text) => {
    const [open, close] = inspect.colors[format] ?? [0, 0];
    return enabled ? `${paint(open)}${text}${paint(close)}` : text;
  };
}
