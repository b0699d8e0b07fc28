import { chmodSync, createWriteStream, mkdirSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { PhaseFailedError } from "./errors";

const open = promisify<Buffer, { lazyEntries: true }, ZipFile>(fromBuffer);
const TYPE_MASK = 0o170000;
const LINK = 0o120000;

/** Unpacks a zip file below a folder; names that lead out of it, and links, are refused. */
export async function unzip(bytes: Buffer, folder: string): Promise<void> {
  const zip = await open(bytes, { lazyEntries: true }).catch((error: unknown) => {
    throw new PhaseFailedError("CLIENT_ERROR", `the source is no zip file: ${String(error)}`, { cause: error });
  });
  const openStream = promisify(zip.openReadStream.bind(zip)) as (entry: Entry) => Promise<NodeJS.ReadableStream>;
  await new Promise<void>((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      unpack(entry, folder, openStream).then(() => zip.readEntry(), reject);
    });
    zip.on("end", resolve);
    zip.on("error", reject);
    zip.readEntry();
  });
}

async function unpack(
  entry: Entry,
  folder: string,
  openStream: (entry: Entry) => Promise<NodeJS.ReadableStream>,
): Promise<void> {
  const path = join(folder, normalize(entry.fileName));
  const mode = entry.externalFileAttributes >>> 16;
  const isLink = (mode & TYPE_MASK) === LINK;
  if (isLink || !`${path}${sep}`.startsWith(`${folder}${sep}`)) {
    throw new PhaseFailedError(
      "CLIENT_ERROR",
      `the source holds ${JSON.stringify(entry.fileName)}, which is not unpacked`,
    );
  }
  if (entry.fileName.endsWith("/")) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  await pipeline(await openStream(entry), createWriteStream(path));
  if ((mode & 0o111) !== 0) chmodSync(path, 0o755);
}
