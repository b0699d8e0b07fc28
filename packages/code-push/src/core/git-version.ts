/** The number in what `git version` prints, e.g. `2.39.5`; nothing when there is none. */
export const parseGitVersion = (text: string): string | undefined => /(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];

/** Whether a version is at least another. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [mine, least] = [numbers(version), numbers(minimum)];
  const index = [0, 1, 2].find((each) => mine[each] !== least[each]);
  return index === undefined || (mine[index] ?? 0) > (least[index] ?? 0);
}

const numbers = (version: string): readonly number[] =>
  [0, 1, 2].map((index) => Number(version.split(".")[index] ?? 0));
