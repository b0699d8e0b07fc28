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

/** A manifest as it is stored: headers are told once, since few differ. */
export interface StoredManifest {
  readonly headers: readonly (readonly [contentType: string, cacheControl: string])[];
  /** SHA-256, size, index of the headers, version; by path. */
  readonly files: Readonly<Record<string, readonly [string, number, number, string]>>;
}

/** Checks by hand: with thousands of files a schema for each of them takes longer than the deploy. */
function isStored(value: unknown): value is StoredManifest {
  if (!isRecord(value) || !Array.isArray(value["headers"]) || !isRecord(value["files"])) return false;
  const { length } = value["headers"];
  const isFile = (file: unknown): boolean =>
    Array.isArray(file) &&
    typeof file[0] === "string" &&
    typeof file[1] === "number" &&
    typeof file[2] === "number" &&
    file[2] < length &&
    typeof file[3] === "string";
  return value["headers"].every((each) => Array.isArray(each)) && Object.values(value["files"]).every(isFile);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** What a stored manifest has to be. */
export const manifestSchema = z.custom<StoredManifest>(isStored);

/** Stored form of files, in the order of their paths. */
function storeFiles(files: SiteFiles): StoredManifest {
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

/** Texts of files that are written, or were read, more than once. */
const texts = new WeakMap<SiteFiles, string>();

/** Text of a release's manifest. The files must not change after that. */
export function manifestText(files: SiteFiles): string {
  const text = texts.get(files) ?? JSON.stringify(storeFiles(files));
  texts.set(files, text);
  return text;
}

/** Remembers what the files were read from. */
export const rememberText = (files: SiteFiles, text: string): void => void texts.set(files, text);

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
