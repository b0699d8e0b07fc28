import { compact, type Moment } from "./dates";
import type { Row } from "./rows";

/** Bytes of the longest name that file systems take. */
const MAX_NAME_BYTES = 255;
/** Bytes of the longest key that S3 takes. */
const MAX_KEY_BYTES = 1024;

/** Why a file cannot be sent under its name; undefined when it can. */
export function nameProblem(key: string, folder: string): string | undefined {
  if (!key.startsWith(folder)) return "is not in the flag's folder";
  const parts = key.slice(folder.length).split("/");

  if (/[\u0000-\u001f\u007f]/.test(key)) return "has a control character";
  if (parts.some((part) => part === ".." || part === ".")) return "has a part that leaves its folder";
  if (parts.some((part) => part === "")) return "has an empty part";
  if (key.includes("\\")) return "has a backslash";
  return undefined;
}

/** Why a name cannot be one of a file that is made; undefined when it can. */
export function targetProblem(row: Row, name: string, target: string): string | undefined {
  if (name === "" || name.startsWith(".")) return "begins with a dot, or is empty";
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `has more than ${MAX_NAME_BYTES} bytes`;
  if (row.transferType === "S3" && Buffer.byteLength(target) > MAX_KEY_BYTES) {
    return `makes a key of more than ${MAX_KEY_BYTES} bytes`;
  }
  return undefined;
}

/**
 * Name of a file at the recipient: without folders; without `.enc` when it is decrypted; with the date before its ending
 * when the row says so; with the compression's ending.
 */
export function sentName(key: string, row: Row, moment: Moment): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const plain = row.decrypt ? name.replace(/\.enc$/, "") : name;
  const dated = row.timestampFiles ? withDate(plain, compact(moment)) : plain;
  return row.compression === undefined ? dated : `${dated}.${row.compression}`;
}

/** Before an ending of up to three characters: `name.20241231.csv`; at the end of names without one. */
function withDate(name: string, date: string): string {
  const [, stem = name, ending = ""] = /^(.+?)(\.[^.]{1,3})?$/s.exec(name) ?? [];
  return `${stem}.${date}${ending}`;
}
