import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Zip, ZipPassThrough } from "fflate";
import type { TreeEntry } from "../core/paths";
import type { Archive } from "../core/ports";
import { Deflater } from "./deflate";

/** One file of an archive, with its bytes in pieces. */
export interface ZipSource {
  readonly entry: Pick<TreeEntry, "path" | "mode" | "size">;
  readonly content: AsyncIterable<Uint8Array>;
}

const MODES: Readonly<Record<string, number>> = { "100644": 0o100644, "100755": 0o100755, "120000": 0o120777 };
const UNIX = 3;
const EXTENDED_TIME = 0x5455;
/** Bytes that are written to disk together. */
const PENDING = 256 * 1024;
/**
 * DOS times are local: this one is the same wall clock everywhere. The commit's time is in the extended field, which
 * says UTC and which unpackers prefer.
 */
const WALL_CLOCK = () => new Date(1980, 0, 1, 12);

/**
 * Writes a zip whose bytes depend on nothing but names, modes, contents and the commit's time: the compressor is
 * JavaScript of a pinned version, where zlib differs between machines and releases. See docs/decisions/012.
 *
 * @param committedAt ISO 8601; all files have it.
 */
export async function writeZip(file: string, sources: AsyncIterable<ZipSource>, committedAt: string): Promise<Archive> {
  const handle = await open(file, "w", 0o600);
  try {
    return await write(handle, file, sources, committedAt);
  } finally {
    await handle.close();
  }
}

async function write(
  handle: FileHandle,
  file: string,
  sources: AsyncIterable<ZipSource>,
  committedAt: string,
): Promise<Archive> {
  const digest = createHash("sha256");
  const deflater = new Deflater();
  let [pending, waiting, size, files] = [[] as Uint8Array[], 0, 0, 0];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    pending.push(chunk);
    waiting += chunk.length;
  });
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(pending);
    [pending, waiting] = [[], 0];
    digest.update(bytes);
    size += bytes.length;
    if (bytes.length > 0) await handle.writeFile(bytes);
  };
  for await (const { entry, content } of sources) {
    const member = new CompressedFile(entry, committedAt, deflater);
    zip.add(member);
    let left = entry.size;
    for await (const chunk of content) {
      left -= chunk.length;
      member.push(chunk, left === 0);
      if (waiting >= PENDING) await flush();
    }
    if (entry.size === 0) member.push(new Uint8Array(), true);
    files += 1;
  }
  zip.end();
  await flush();
  return { size, checksum: digest.digest("base64"), files, open: () => createReadStream(file) };
}

/** A file of the archive; the container and its checksums are fflate's. */
class CompressedFile extends ZipPassThrough {
  override compression = 8;

  constructor(
    { path, mode, size }: ZipSource["entry"],
    committedAt: string,
    private readonly deflater: Deflater,
  ) {
    super(path);
    const seconds = Buffer.alloc(5, 1);
    seconds.writeInt32LE(Math.min(Math.floor(Date.parse(committedAt) / 1000), 0x7fffffff) || 0, 1);
    this.os = UNIX;
    this.attrs = ((MODES[mode] ?? 0o100644) << 16) >>> 0;
    this.mtime = WALL_CLOCK();
    this.extra = { [EXTENDED_TIME]: seconds };
    deflater.begin(size);
  }

  protected override process(chunk: Uint8Array, final: boolean): void {
    this.ondata(null, this.deflater.push(chunk, final), final);
  }
}
