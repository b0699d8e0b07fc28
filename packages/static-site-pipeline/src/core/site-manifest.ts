import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { ObjectHeaders } from "./deploy-ports";
import { UnreadableSiteStateError } from "./deploy-errors";

/** A file of a release. */
export interface SiteFile extends ObjectHeaders {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Base64 SHA-256. */
  readonly sha256: string;
  /** Version of the object that holds it; not known before it is stored. */
  readonly versionId?: string | undefined;
}

/** Files of a release, by path. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;

const tuple = z.tuple([z.string(), z.number(), z.number(), z.string()]);

/** A manifest as it is stored: headers are told once, since few differ. */
export const manifestSchema = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** SHA-256, size, index of the headers, version; by path. */
  files: z.record(z.string(), tuple),
});

/** The stored form. */
export type StoredManifest = z.infer<typeof manifestSchema>;

/** Stored form of files, in the order of their paths. */
export function storeFiles(files: SiteFiles): StoredManifest {
  const headers: [string, string][] = [];
  const known = new Map<string, number>();
  const indexOf = ({ contentType, cacheControl }: ObjectHeaders): number => {
    const id = `${contentType}\n${cacheControl}`;
    const index = known.get(id) ?? headers.push([contentType, cacheControl]) - 1;
    known.set(id, index);
    return index;
  };
  const entries = [...files.values()].map((file): [string, StoredManifest["files"][string]] => [
    file.path,
    [file.sha256, file.size, indexOf(file), file.versionId ?? ""],
  ]);
  return { headers, files: Object.fromEntries(entries) };
}

/** Files of a stored form. */
export function readFiles({ headers, files }: StoredManifest): SiteFiles {
  return new Map(
    Object.entries(files).map(([path, [sha256, size, index, versionId]]) => {
      const [contentType = "", cacheControl = ""] = headers[index] ?? [];
      return [path, { path, sha256, size, contentType, cacheControl, versionId: versionId || undefined }];
    }),
  );
}

/** Text of a release's manifest. */
export const manifestText = (files: SiteFiles): string => JSON.stringify(storeFiles(files));

/** Files that a manifest's text tells of. @throws UnreadableSiteStateError */
export function parseManifest(key: string, text: string): SiteFiles {
  try {
    return readFiles(manifestSchema.parse(JSON.parse(text)));
  } catch (cause) {
    throw new UnreadableSiteStateError(key, { cause });
  }
}

/** One hash of a release: equal for equal files with equal headers, whatever was stored when. */
export function manifestDigest(files: SiteFiles): string {
  const hash = createHash("sha256");
  const lines = [...files.values()].map(({ path, sha256, contentType, cacheControl }) =>
    JSON.stringify([path, sha256, contentType, cacheControl]),
  );
  for (const line of lines.sort()) hash.update(line).update("\n");
  return hash.digest("hex");
}

/** Whether a visitor gets the same from both. */
export const servesSame = (a: SiteFile, b: SiteFile): boolean =>
  a.sha256 === b.sha256 && a.contentType === b.contentType && a.cacheControl === b.cacheControl;

/** Whether a file is a page: what visitors open, and what refers to the rest. */
export const isPage = (path: string): boolean => /\.x?html?$/i.test(path);
