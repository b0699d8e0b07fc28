import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from "yauzl";
import { UnsafeZipError } from "../core/deploy-errors";
import type { SiteSource, SourceFile } from "../core/deploy-ports";
import {
  checkEntries,
  checkEntry,
  checkLocalHeader,
  checkRatio,
  isFolder,
  ZIP_LIMITS,
  type ZipEntry,
  type ZipLimits,
} from "../core/zip-check";

interface OpenEntry {
  readonly raw: Entry;
  readonly entry: ZipEntry;
}

/**
 * Lends the files of a zip, once all of it was checked: names, sizes, checksums, and every byte inflated within the
 * limits. Nothing is unpacked to the disk.
 *
 * @throws UnsafeZipError
 */
export async function withZipFile<T>(
  file: string,
  use: (source: SiteSource) => Promise<T>,
  limits: ZipLimits = ZIP_LIMITS,
): Promise<T> {
  const { size } = await stat(file);
  if (size > limits.packed) throw new UnsafeZipError("too-large", `the zip has ${size} bytes`);
  // Names are decoded here: the library would change some of them before anyone sees them.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const zip = await orRefuse("not-a-zip", () => openPromise(file, options));
  try {
    const entries = await readDirectory(zip, limits);
    const files = await readFiles(zip, entries, limits);
    return await use({ files: async () => files });
  } finally {
    zip.close();
  }
}

async function readDirectory(zip: ZipFile, limits: ZipLimits): Promise<readonly OpenEntry[]> {
  if (zip.entryCount > limits.entries) throw new UnsafeZipError("too-many-entries", `${zip.entryCount} of them`);
  // The library's own cursor stands where the directory begins.
  const start = Number(zip.readEntryCursor);
  const entries: OpenEntry[] = [];
  await orRefuse("corrupt", async () => {
    for await (const raw of zip.eachEntry()) {
      const entry = toEntry(raw);
      checkEntry(entry, limits);
      entries.push({ raw, entry });
    }
  });
  checkEntries(
    entries.map(({ entry }) => entry),
    start,
    limits,
  );
  return entries;
}

function toEntry(raw: Entry): ZipEntry {
  const plain = getFileNameLowLevel(raw.generalPurposeBitFlag, raw.fileNameRaw, [], true);
  const told = getFileNameLowLevel(raw.generalPurposeBitFlag, raw.fileNameRaw, raw.extraFields, true);
  if (plain !== told)
    throw new UnsafeZipError("mismatch", `${JSON.stringify(plain.slice(0, 200))} has another name, too`);
  return {
    name: plain,
    nameLength: raw.fileNameRaw.length,
    flags: raw.generalPurposeBitFlag,
    method: raw.compressionMethod,
    crc32: raw.crc32,
    packed: raw.compressedSize,
    size: raw.uncompressedSize,
    attributes: raw.externalFileAttributes,
    offset: raw.relativeOffsetOfLocalHeader,
  };
}

async function readFiles(zip: ZipFile, entries: readonly OpenEntry[], limits: ZipLimits): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let total = 0;
  for (const { raw, entry } of entries) {
    await checkLocal(zip, raw, entry);
    if (isFolder(entry)) continue;
    const { size, sha256 } = await orRefuse("corrupt", () => inflate(zip, raw, entry, limits, limits.total - total));
    total += size;
    files.push({ path: entry.name, size, sha256, open: () => zip.openReadStreamPromise(raw) });
  }
  return files;
}

async function checkLocal(zip: ZipFile, raw: Entry, entry: ZipEntry): Promise<void> {
  const local = await orRefuse("corrupt", () => zip.readLocalFileHeaderPromise(raw));
  checkLocalHeader(entry, {
    flags: local.generalPurposeBitFlag,
    method: local.compressionMethod,
    crc32: local.crc32,
    packed: local.compressedSize,
    size: local.uncompressedSize,
    sameName: local.fileName.equals(raw.fileNameRaw),
  });
}

/** Reads a file through; the limits hold for what really comes out, whatever the zip says. */
async function inflate(zip: ZipFile, raw: Entry, entry: ZipEntry, limits: ZipLimits, left: number) {
  const stream: Readable = await zip.openReadStreamPromise(raw);
  const hash = createHash("sha256");
  let [size, crc] = [0, 0];
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limits.file || size > left) throw new UnsafeZipError("too-large", `${entry.name} goes on and on`);
    checkRatio(entry.name, entry.packed, size, limits);
    hash.update(bytes);
    crc = crc32(bytes, crc);
  }
  if (size !== entry.size) throw new UnsafeZipError("mismatch", `${entry.name} has ${size} bytes, not ${entry.size}`);
  if (crc !== entry.crc32) throw new UnsafeZipError("corrupt", `the checksum of ${entry.name} is another`);
  return { size, sha256: hash.digest("base64") };
}

/** Whatever the library or zlib finds wrong is wrong with the zip; what the system says, such as a full disk, is not. */
async function orRefuse<T>(problem: "not-a-zip" | "corrupt", run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UnsafeZipError || !(error instanceof Error) || "syscall" in error) throw error;
    throw new UnsafeZipError(problem, error.message, { cause: error });
  }
}
