import { randomInt } from "node:crypto";

/** Parameters that make an escape sequence ours: whoever names an object or writes a message cannot guess them. */
const mark = Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(";");

/** Control characters, line and paragraph separators, and what turns the direction of writing. */
const unsafe = "[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Bidi_Control}]";
const escape = "\u001B[";
const marked = new RegExp(`\\p{Cc}\\[${mark};(\\d+)m|${unsafe}`, "gu");
const markedInText = new RegExp(`\\p{Cc}\\[${mark};(\\d+)m|\\r\\n|${unsafe}`, "gu");
const paintOrUnsafe = new RegExp(`\\p{Cc}\\[[\\d;]*m|\\r\\n|${unsafe}`, "gu");

// The mark stands first: the table closes what it takes for a colour of its own.
/** The sequence that paints from here on, as `printable` lets it through. @param code Of SGR, e.g. 31 for red. */
export const paint = (code: number): string => `${escape}${mark};${code}m`;

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

// The longer form from DEL on is what JSON reads too.
function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return names[character] ?? (code < 0x20 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`);
}

/**
 * A text that others wrote as a part of one line, e.g. a key: every control character is shown (`\n`, `\x1b`, `\u202e`)
 * instead of sent to the terminal. What is painted stays so.
 */
export const inLine = (text: string): string =>
  text.replace(marked, (found, code?: string) => (code === undefined ? shown(found) : found));

const isLayout = (found: string): boolean => found === "\n" || found === "\r\n" || found === "\t";

/** A whole text as it may be sent to a terminal: as `inLine`, but with its lines and tabs, and painted at last. */
export const printable = (text: string): string =>
  text.replace(markedInText, (found, code?: string) => {
    if (code !== undefined) return `${escape}${code}m`;
    return isLayout(found) ? found : shown(found);
  });

/** A line of a log as it may be sent to a terminal: as `printable`, but the colours that its program gave it stay. */
export const printableLog = (text: string): string =>
  text.replace(paintOrUnsafe, (found) => (found.length > 1 || isLayout(found) ? found : shown(found)));
