import { InvalidInputError } from "@slipway/core";

/** Shortest beginning of a commit id that is looked for. */
const SHORTEST = 7;
/** Words of hex digits that are long enough to name a commit, as they stand in keys: `builds/4daea14f9c2e.zip`. */
const HEX_WORD = /(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])/g;
/** SHA-1 or SHA-256. */
const WHOLE = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Checks what a person wrote for a commit. @throws InvalidInputError */
export function requireCommit(text: string): string {
  const commit = text.toLowerCase();
  if (/^[0-9a-f]+$/.test(commit) && commit.length >= SHORTEST && commit.length <= 64) return commit;
  throw new InvalidInputError("sha", `${text} is no commit id`, `write its first ${SHORTEST} hex digits, or more`);
}

/** Whether one id is the beginning of the other: both may be shortened. */
export const sameCommit = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** Commit ids, whole or shortened, that stand in a key. */
export const commitsIn = (key: string): readonly string[] => key.match(HEX_WORD) ?? [];

/**
 * The one commit among those that were found.
 *
 * @returns the whole id, where anything names it; otherwise what was asked for.
 * @throws InvalidInputError when the beginning is that of several.
 */
export function resolveCommit(asked: string, found: readonly string[]): string {
  const whole = [...new Set(found.filter((id) => WHOLE.test(id) && id.startsWith(asked)))].sort();
  if (whole.length > 1) {
    throw new InvalidInputError("sha", `${asked} is the beginning of ${whole.join(" and ")}`, "write more of it");
  }
  return whole[0] ?? asked;
}
