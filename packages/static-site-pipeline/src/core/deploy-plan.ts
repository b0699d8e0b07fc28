import { isHashed } from "./cache-rules";
import { isPage, servesSame, type SiteFile, type SiteFiles } from "./site-manifest";

/** One step of a publication, in which the order of the files does not matter. */
export type PublishStep = "new assets" | "changed assets" | "new pages" | "changed pages" | "pointer" | "removals";

/**
 * The order that keeps every page whole: what a page may refer to is there before the page, pages that others link to
 * before those others, and nothing goes before the last page that refers to it went.
 */
export const PUBLISH_ORDER: readonly PublishStep[] = [
  "new assets",
  "changed assets",
  "new pages",
  "changed pages",
  "pointer",
  "removals",
];

/** What has to be done so that a release is live. */
export interface PublishPlan {
  /** All files of the release; of those that stay as they are with the versions that are there. */
  readonly files: SiteFiles;
  /** Files to write, by step. */
  readonly writes: Readonly<Record<Exclude<PublishStep, "pointer" | "removals">, readonly SiteFile[]>>;
  /** Pages that go once the release is live. Assets stay for open browsers, until their release is pruned. */
  readonly remove: readonly string[];
  /** Paths whose copies at the edge are out of date once the release is live. */
  readonly invalidate: readonly string[];
  /** Files that may have versions that no manifest will tell of. */
  readonly leftovers: readonly string[];
}

/**
 * Compares what shall be live with what is.
 *
 * @param dirty Paths that may not hold what `live` tells: they are written, or removed, in any case.
 */
export function planPublication(target: SiteFiles, live: SiteFiles, dirty: ReadonlySet<string>): PublishPlan {
  const writes = { "new assets": [], "changed assets": [], "new pages": [], "changed pages": [] } as Record<
    keyof PublishPlan["writes"],
    SiteFile[]
  >;
  const files = new Map<string, SiteFile>();
  const invalidate: string[] = [];
  for (const file of target.values()) {
    const present = live.get(file.path);
    if (present !== undefined && servesSame(file, present) && !dirty.has(file.path)) {
      files.set(file.path, present);
      continue;
    }
    files.set(file.path, file);
    // What an interrupted change left at a new path may be linked already: it counts as there.
    const there = present !== undefined || dirty.has(file.path);
    writes[`${there ? "changed" : "new"} ${isPage(file.path) ? "pages" : "assets"}`].push(file);
    // A name with a hash in it is new with new content. Where it is not new, the name is no proof.
    if (there || !isHashed(file.path)) invalidate.push(file.path);
  }
  const gone = new Set<string>();
  for (const paths of [live.keys(), dirty]) for (const path of paths) if (!target.has(path)) gone.add(path);
  const remove = [...gone].filter(isPage);
  return { files, writes, remove, invalidate: [...invalidate, ...remove].sort(), leftovers: [...dirty] };
}

/** Paths that a plan may change. */
export const touchedBy = ({ writes, remove }: PublishPlan): string[] => [
  ...Object.values(writes).flatMap((files) => files.map(({ path }) => path)),
  ...remove,
];
