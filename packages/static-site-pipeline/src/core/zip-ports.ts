import type { SiteSource } from "./deploy-ports";

/** A zip in S3. */
export interface ZipLocation {
  readonly bucket: string;
  /** Account that must own the bucket, 12 digits. */
  readonly owner: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** Where zips are read from. */
export interface ZipReader {
  /** Lends the files of a zip that was checked as a whole. @throws UnsafeZipError */
  withZip<T>(location: ZipLocation, use: (source: SiteSource) => Promise<T>): Promise<T>;
}
