import type { Readable } from "node:stream";

/** A bucket, and the account that must own it. */
export interface SiteBucket {
  readonly name: string;
  /** Account id, 12 digits. */
  readonly owner: string;
}

/** A file of a build, whose bytes can be had any number of times. */
export interface SourceFile {
  /** Relative, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Base64 SHA-256. */
  readonly sha256: string;
  open(): Promise<Readable>;
  /** All bytes at once, where that is cheaper; for small files only. */
  readonly read?: (() => Promise<Uint8Array>) | undefined;
}

/** A build output. */
export interface SiteSource {
  /** All files with their hashes. */
  files(): Promise<readonly SourceFile[]>;
}

/** What an object is served with. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
}

/** What must be true of an object when a write commits. */
export type TextCondition = { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/** How a conditional write ended. */
export type TextOutcome = { readonly kind: "written"; readonly etag: string } | { readonly kind: "conflict" };

/** A small text in the bucket. */
export interface SiteText {
  readonly text: string;
  readonly etag: string;
}

/** One version of an object, or a delete marker. */
export interface SiteVersion {
  readonly key: string;
  readonly versionId: string;
  readonly latest: boolean;
  readonly marker: boolean;
}

/** One exact version of an object; without one, whatever is current. */
export interface VersionRef {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** The versioned bucket of one site. Every call says who must own it. */
export interface SiteStore {
  readText(key: string): Promise<SiteText | undefined>;
  writeText(key: string, text: string, condition?: TextCondition): Promise<TextOutcome>;
  /** Stores a file, whose checksum S3 proves. Returns the version made. */
  put(key: string, file: SourceFile, headers: ObjectHeaders): Promise<string>;
  /** Makes an earlier version of an object the current one, by the server. Nothing when that version is gone. */
  restore(key: string, versionId: string): Promise<{ readonly versionId: string } | undefined>;
  /** Current version. */
  head(key: string): Promise<{ readonly versionId: string } | undefined>;
  /** Removes for good what names a version, and leaves a marker for what does not. What is not there is no mistake. */
  remove(objects: readonly VersionRef[]): Promise<void>;
  /** Versions and markers below a prefix. */
  versions(prefix: string): AsyncIterable<readonly SiteVersion[]>;
  /** Names of the folders right below a prefix that ends in `/`. */
  folders(prefix: string): Promise<readonly string[]>;
}

/** How a request for an invalidation ended. */
export type InvalidationOutcome = "accepted" | "busy";

/** The distribution in front of the bucket. */
export interface Distribution {
  /** Asks once; the same reference with the same paths again makes no second one. `busy`: too many are in progress. */
  invalidate(reference: string, paths: readonly string[]): Promise<InvalidationOutcome>;
}
