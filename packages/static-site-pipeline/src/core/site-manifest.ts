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
  const { headers, files } = value;
  // A list of the values of so many keys takes longer to make than to look at.
  for (const path in files) if (!isStoredFile(files[path], headers.length)) return false;
  return headers.every((each) => Array.isArray(each));
}

const isStoredFile = (file: unknown, headers: number): boolean =>
  Array.isArray(file) &&
  typeof file[0] === "string" &&
  typeof file[1] === "number" &&
  typeof file[2] === "number" &&
  file[2] < headers &&
  typeof file[3] === "string";

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** What a stored manifest has to be. */
export const manifestSchema = z.custom<StoredManifest>(isStored);

/** Text of the stored form of files. Put together by hand: an object with thousands of keys is slow to make. */
function storedText(files: SiteFiles): string {
  const headers: string[] = [];
  const known = new Map<string, Map<string, number>>();
  const indexOf = ({ contentType, cacheControl }: ObjectHeaders): number => {
    const ofType = known.get(contentType) ?? new Map<string, number>();
    const index = ofType.get(cacheControl) ?? headers.push(JSON.stringify([contentType, cacheControl])) - 1;
    known.set(contentType, ofType.set(cacheControl, index));
    return index;
  };
  const entries: string[] = [];
  for (const file of files.values()) {
    const { path, sha256, size, versionId = "" } = file;
    entries.push(`${quoted(path)}:[${quoted(sha256)},${size},${indexOf(file)},${quoted(versionId)}]`);
  }
  return `{"headers":[${headers.join()}],"files":{${entries.join()}}}`;
}

/** Most texts need nothing but quotes. */
const quoted = (text: string): string => (/^[\w ./+=-]*$/.test(text) ? `"${text}"` : JSON.stringify(text));

/** Files of a stored form. */
export function readFiles({ headers, files: stored }: StoredManifest): SiteFiles {
  const files = new Map<string, SiteFile>();
  for (const path in stored) {
    const [sha256, size, index, versionId] = stored[path] as StoredManifest["files"][string];
    const [contentType = "", cacheControl = ""] = headers[index] ?? [];
    files.set(path, { path, sha256, size, contentType, cacheControl, versionId: versionId || undefined });
  }
  return files;
}

/** Texts of files that are written, or were read, more than once. */
const texts = new WeakMap<SiteFiles, string>();

/** Text of a release's manifest. The files must not change after that. */
export function manifestText(files: SiteFiles): string {
  const text = texts.get(files) ?? storedText(files);
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
