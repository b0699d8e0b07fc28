/** Bytes that one segment of a path may have on the file systems in use. */
const LONGEST_NAME = 255;

const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Why a text is no name for a file that is sent or received; undefined when it is one. Names are one segment, and none
 * begins with `.`: such names are the agent's and the receiver's own.
 */
export function problemOfName(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (/[/\\]/.test(name)) return "it has a slash or backslash in it";
  if (CONTROL.test(name)) return "it has a control character in it";
  if (name.startsWith(".")) return "it begins with a dot";
  if (Buffer.from(name).toString() !== name) return "it is no well-formed Unicode";
  if (Buffer.byteLength(name) > LONGEST_NAME) return `it has more than ${LONGEST_NAME} bytes`;
  return undefined;
}

/** Why a text is no path of a folder below a root, e.g. `ris/inbound`; undefined when it is one. */
export function problemOfFolder(folder: string): string | undefined {
  for (const segment of folder.split("/")) {
    const problem = problemOfName(segment);
    if (problem !== undefined) return `a segment of it is no name: ${problem}`;
  }
  return undefined;
}

/** A name as it may stand in a log or an error, quoted and without anything that a terminal acts on. */
export const quoted = (text: string): string => JSON.stringify(text.slice(0, LONGEST_NAME));
