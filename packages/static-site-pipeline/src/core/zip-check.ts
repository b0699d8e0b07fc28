import { problemOfPath } from "./deploy-build";
import { UnsafeZipError, type ZipProblem } from "./deploy-errors";

/** What a zip may be at most. */
export interface ZipLimits {
  readonly entries: number;
  /** Bytes of the zip itself. */
  readonly packed: number;
  /** Bytes of one file, inflated. */
  readonly file: number;
  /** Bytes of all files, inflated. */
  readonly total: number;
  /** Inflated bytes for each packed one, of files and of the whole, where it is more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/** Limits for real use. */
export const ZIP_LIMITS: ZipLimits = {
  entries: 50_000,
  packed: 512 * 1024 ** 2,
  file: 512 * 1024 ** 2,
  total: 2 * 1024 ** 3,
  ratio: 100,
  ratioFrom: 1024 ** 2,
};

/** An entry as the central directory tells it. */
export interface ZipEntry {
  /** Decoded. */
  readonly name: string;
  /** Bytes that the name has in the zip. */
  readonly nameLength: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packed: number;
  readonly size: number;
  /** Unix mode in the upper half. */
  readonly attributes: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** What an entry's local header tells. */
export interface LocalHeader extends Pick<ZipEntry, "flags" | "method" | "crc32" | "packed" | "size"> {
  readonly sameName: boolean;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 30;
const ENCRYPTED = 0x2041;
const DESCRIPTOR = 0x0008;
const UTF8 = 0x0800;
const ZIP64 = 0xffffffff;
const FILE_TYPES = 0xf000;
const PLAIN_TYPES = [0, 0x8000, 0x4000];

const refuse = (problem: ZipProblem, detail: string): never => {
  throw new UnsafeZipError(problem, detail);
};

/** Whether an entry is a folder. */
export const isFolder = ({ name }: Pick<ZipEntry, "name">): boolean => name.endsWith("/");

/** Checks one entry by itself. @throws UnsafeZipError */
export function checkEntry(entry: ZipEntry, limits: ZipLimits): void {
  const shown = JSON.stringify(entry.name.slice(0, 200));
  const problem = problemOfPath(isFolder(entry) ? entry.name.slice(0, -1) : entry.name);
  if (problem !== undefined) refuse("unsafe-path", `${problem}: ${shown}`);
  if (!PLAIN_TYPES.includes((entry.attributes >>> 16) & FILE_TYPES)) refuse("link", `${shown} is no plain file`);
  if ((entry.flags & ENCRYPTED) !== 0) refuse("encrypted", shown);
  if (entry.method !== STORED && entry.method !== DEFLATED) refuse("unknown-method", `${shown}: ${entry.method}`);
  if (isFolder(entry) && entry.size > 0) refuse("mismatch", `the folder ${shown} has content`);
  if (entry.size > limits.file) refuse("too-large", `${shown} has ${entry.size} bytes`);
  if (entry.method === STORED && entry.size !== entry.packed) refuse("mismatch", `${shown} tells two sizes`);
  checkRatio(shown, entry.packed, entry.size, limits);
}

/** Refuses what inflates more than honest files do. @throws UnsafeZipError */
export function checkRatio(what: string, packed: number, size: number, { ratio, ratioFrom }: ZipLimits): void {
  if (size > ratioFrom && size > packed * ratio) refuse("too-compressed", `${what}: ${packed} bytes become ${size}`);
}

/**
 * Checks all entries together: sizes, names that are the same or are to some file systems, and that no two share bytes.
 *
 * @param end Where the central directory begins.
 * @throws UnsafeZipError
 */
export function checkEntries(entries: readonly ZipEntry[], end: number, limits: ZipLimits): void {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (total > limits.total) refuse("too-large", `${total} bytes in all`);
  checkRatio("all files", packed, total, limits);
  checkNames(entries);
  checkOverlaps(entries, end);
}

function checkNames(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const entry of entries) {
    const name = fold(isFolder(entry) ? entry.name.slice(0, -1) : entry.name);
    const set = isFolder(entry) ? folders : files;
    if (!isFolder(entry) && files.has(name)) refuse("duplicate", `${JSON.stringify(entry.name)}, or one much like it`);
    set.add(name);
    for (let at = name.lastIndexOf("/"); at > 0; at = name.lastIndexOf("/", at - 1)) folders.add(name.slice(0, at));
  }
  for (const name of files)
    if (folders.has(name)) refuse("duplicate", `${JSON.stringify(name)} is a file and a folder`);
}

/** Names that some file system takes for the same are the same. */
const fold = (name: string): string => name.normalize("NFC").toLowerCase();

function checkOverlaps(entries: readonly ZipEntry[], end: number): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  for (const [index, entry] of sorted.entries()) {
    const after = entry.offset + LOCAL_HEADER + entry.nameLength + entry.packed;
    const limit = sorted[index + 1]?.offset ?? end;
    if (after > limit) refuse("overlap", `${JSON.stringify(entry.name.slice(0, 200))} shares bytes with what follows`);
  }
}

/** Compares an entry with its local header: unpackers differ in which of the two they believe. @throws UnsafeZipError */
export function checkLocalHeader(entry: ZipEntry, local: LocalHeader): void {
  const flags = ENCRYPTED | DESCRIPTOR | UTF8;
  const told = [
    [local.crc32, entry.crc32],
    [local.packed, entry.packed],
    [local.size, entry.size],
  ] as const;
  // With a descriptor the header may leave these out; with zip64 the true sizes are elsewhere.
  const left = (value: number): boolean => ((entry.flags & DESCRIPTOR) !== 0 && value === 0) || value === ZIP64;
  const same =
    local.sameName &&
    local.method === entry.method &&
    (local.flags & flags) === (entry.flags & flags) &&
    told.every(([here, there]) => here === there || left(here));
  if (!same) refuse("mismatch", `${JSON.stringify(entry.name.slice(0, 200))} is told two ways`);
}
