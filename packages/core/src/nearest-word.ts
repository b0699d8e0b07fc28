/**
 * The known word that a mistyped one was probably meant to be, for "did you mean".
 *
 * Case, dashes and underscores don't count; the beginning of a known word (3 letters or more) is near it, and so is a
 * word with one typing slip for every three letters, three at most.
 *
 * @returns Undefined when none is near; the first of `known` among equals.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const typed = plain(word);
  const ranked = known
    .map((candidate) => ({ candidate, slips: slipsTo(typed, plain(candidate)) }))
    .filter(({ slips }) => Number.isFinite(slips));
  return ranked.reduce<(typeof ranked)[number] | undefined>(
    (best, each) => (best === undefined || each.slips < best.slips ? each : best),
    undefined,
  )?.candidate;
}

/** What follows a problem where a word that was probably meant is known; nothing where none is. */
export const didYouMean = (meant: string | undefined): string =>
  meant === undefined ? "" : `; did you mean ${meant}?`;

const plain = (word: string): string => word.toLowerCase().replace(/[-_]/g, "");

function slipsTo(typed: string, known: string): number {
  const slips = distance(typed, known);
  const limit = Math.min(3, Math.floor(known.length / 3));
  if (slips <= limit) return slips;
  return typed.length >= 3 && known.startsWith(typed) ? limit + 1 : Infinity;
}

/** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          i > 1 && j > 1 && isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
