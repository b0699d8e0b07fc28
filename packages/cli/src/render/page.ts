/** The part of a list that is shown. */
export interface Page<T> {
  readonly shown: readonly T[];
  /** Whether that is all of it. */
  readonly complete: boolean;
}

/** Asks for one more than is to be shown, which tells whether there are more. */
export async function firstPage<T>(limit: number, list: (limit: number) => Promise<readonly T[]>): Promise<Page<T>> {
  const found = await list(limit + 1);
  return { shown: found.slice(0, limit), complete: found.length <= limit };
}

/** The table, and below it that it does not show everything, when it does not. @param options That show more of it. */
export const pageText = (table: string, complete: boolean, options = "--limit shows"): string =>
  complete ? table : `${table}\nand more; ${options} them`;
