import type { SourceFile } from "./plan";

/** One version of an object, or the mark that it was deleted. */
export interface ListedVersion extends SourceFile {
  readonly deleted: boolean;
  /** Whether it is the newest of its key. */
  readonly latest: boolean;
}

/** Follows a listing of versions, page by page, and keeps of each key the newest that is not newer than a time. */
export class AsOf {
  private readonly newest = new Map<string, ListedVersion>();
  private readonly time: number;

  /** @param at ISO 8601. */
  constructor(at: string) {
    this.time = Date.parse(at);
  }

  add(version: ListedVersion): void {
    const made = Date.parse(version.lastModified);
    if (made > this.time) return;
    const before = this.newest.get(version.key);
    const earlier = before === undefined ? Number.NEGATIVE_INFINITY : Date.parse(before.lastModified);
    // S3 tells whole seconds. Of two versions in one, the newest of all wins, then the one that is listed first.
    if (made > earlier || (made === earlier && version.latest)) this.newest.set(version.key, version);
  }

  /** The files that were there. */
  files(): readonly SourceFile[] {
    return [...this.newest.values()].flatMap(({ deleted, latest: _latest, ...file }) => (deleted ? [] : [file]));
  }
}
