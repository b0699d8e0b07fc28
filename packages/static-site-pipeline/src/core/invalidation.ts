/** Paths that may be in progress at a time. */
export const MOST_PATHS = 3000;
/** Paths with a wildcard that may be in progress at a time. */
export const MOST_WILDCARDS = 15;

/** One request to invalidate. */
export interface InvalidationBatch {
  /** Stable, so that asking again makes no second one. */
  readonly reference: string;
  /** As CloudFront takes them: with a leading slash, URL-encoded. */
  readonly paths: readonly string[];
}

/**
 * Requests that invalidate these paths and keep CloudFront's limits. Up to 3,000 are told one by one. Of more, the
 * folders that hold most become wildcards, so that most often one request does.
 *
 * @param url What visitors see before a path, e.g. `/`.
 */
export function planInvalidation(reference: string, url: string, paths: readonly string[]): InvalidationBatch[] {
  const viewed = [...new Set(paths.flatMap((path) => viewerPaths(url, path)))].sort();
  const told = viewed.length > MOST_PATHS ? withWildcards(viewed, url) : viewed;
  const batches: InvalidationBatch[] = [];
  for (let start = 0; start < told.length; start += MOST_PATHS) {
    batches.push({ reference: `${reference}-${batches.length + 1}`, paths: told.slice(start, start + MOST_PATHS) });
  }
  return batches;
}

/** The index of a folder is also asked for by the folder's own path. */
function viewerPaths(url: string, path: string): string[] {
  const encoded = url + path.split("/").map(encodeSegment).join("/");
  const index = /^(.*\/)index\.html?$/.exec(encoded);
  return index?.[1] === undefined ? [encoded] : [encoded, index[1]];
}

/** As browsers send it; an asterisk would be a wildcard. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replaceAll("*", "%2A");

function withWildcards(viewed: readonly string[], url: string): string[] {
  const folders = new Map<string, number>();
  for (const path of viewed) {
    const folder = folderBelow(path, url);
    if (folder === url) continue;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const largest = [...folders].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const wild = new Set(largest.slice(0, MOST_WILDCARDS).map(([folder]) => folder));
  const rest = viewed.filter((path) => !wild.has(folderBelow(path, url)));
  return [...[...wild].sort().map((folder) => `${folder}*`), ...rest];
}

/** The folder right below the site's own that a path is in; the site's own for what is in none. */
function folderBelow(path: string, url: string): string {
  const end = path.indexOf("/", url.length);
  return end === -1 ? url : path.slice(0, end + 1);
}
