import type { Hold } from "./ledger";
import type { ListedObject } from "./objects";

/**
 * One artefact that is not the same on both sides.
 *
 * - `missing`: the target does not have it;
 * - `different`: both have it, with other bytes;
 * - `extra`: the source does not have it (any more);
 * - `held`: the target was set to an earlier version by somebody, on purpose;
 * - `in-flight`: missing or different, but so new at the source that it is on its way.
 */
export interface Difference {
  readonly kind: "missing" | "different" | "extra" | "held" | "in-flight";
  readonly key: string;
  readonly source?: ListedObject | undefined;
  readonly target?: ListedObject | undefined;
  /** By whom and why, where the target is held. */
  readonly hold?: Hold | undefined;
}

/** The kinds that a promotion mends. */
export const MENDABLE: ReadonlySet<Difference["kind"]> = new Set(["missing", "different"]);

/** How many differences there are of each kind. */
export type DifferenceCounts = Readonly<Record<Difference["kind"], number>>;

/** Counts differences by kind. */
export function countDifferences(differences: readonly Difference[]): DifferenceCounts {
  const counts = { missing: 0, different: 0, extra: 0, held: 0, "in-flight": 0 };
  for (const { kind } of differences) counts[kind] += 1;
  return counts;
}

/** Adds two counts. */
export const addCounts = (a: DifferenceCounts, b: DifferenceCounts): DifferenceCounts => ({
  missing: a.missing + b.missing,
  different: a.different + b.different,
  extra: a.extra + b.extra,
  held: a.held + b.held,
  "in-flight": a["in-flight"] + b["in-flight"],
});

/** One key, as either side lists it; at least one of them does. */
export interface ListedPair {
  readonly key: string;
  readonly source?: ListedObject | undefined;
  readonly target?: ListedObject | undefined;
}

/** What the listings alone say about a pair; `suspect`: same size, other ETag, so their checksums have to be asked. */
export function judgePair({ source, target }: ListedPair): "same" | "missing" | "extra" | "different" | "suspect" {
  if (source === undefined) return "extra";
  if (target === undefined) return "missing";
  if (source.size !== target.size) return "different";
  return source.etag === target.etag ? "same" : "suspect";
}

/** The order in which S3 lists keys: by their UTF-8 bytes, which is not that of JavaScript's strings. */
export const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Walks two listings side by side; both must be in order. */
export async function* pairListings(
  source: AsyncIterable<readonly ListedObject[]>,
  target: AsyncIterable<readonly ListedObject[]>,
): AsyncGenerator<ListedPair> {
  const [mine, theirs] = [flatten(source), flatten(target)];
  let [left, right] = await Promise.all([mine.next(), theirs.next()]);
  while (left.done !== true || right.done !== true) {
    const order = orderOf(left.done === true ? undefined : left.value, right.done === true ? undefined : right.value);
    const taken = {
      ...(order <= 0 && left.done !== true && { source: left.value }),
      ...(order >= 0 && right.done !== true && { target: right.value }),
    };
    const key = taken.source?.key ?? taken.target?.key;
    if (key !== undefined) yield { key, ...taken };
    if (order <= 0) left = await mine.next();
    if (order >= 0) right = await theirs.next();
  }
}

function orderOf(left: ListedObject | undefined, right: ListedObject | undefined): number {
  if (left === undefined) return 1;
  return right === undefined ? -1 : compareKeys(left.key, right.key);
}

async function* flatten(pages: AsyncIterable<readonly ListedObject[]>): AsyncGenerator<ListedObject, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}
