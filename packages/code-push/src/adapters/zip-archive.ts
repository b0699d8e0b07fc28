import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { deflateSync, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import type { TreeEntry } from "../core/paths";
import type { Archive } from "../core/ports";

/** One file of an archive, with its bytes in pieces. */
export interface ZipSource {
  readonly entry: Pick<TreeEntry, "path" | "mode" | "size">;
  readonly content: AsyncIterable<Uint8Array>;
}

const MODES: Readonly<Record<string, number>> = { "100644": 0o100644, "100755": 0o100755, "120000": 0o120777 };
const UNIX = 3;
const EXTENDED_TIME = 0x5455;
/** Beyond it a file costs twice the time and is hardly smaller. */
const LEVEL = 3;
/** Bytes up to which a file is compressed in one piece. */
const WHOLE = 4 * 1024 * 1024;
/** Pieces that are written to disk together. */
const PENDING = 64;
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
  let [pending, size, files] = [[] as Uint8Array[], 0, 0];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    pending.push(chunk);
  });
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(pending);
    pending = [];
    digest.update(bytes);
    size += bytes.length;
    if (bytes.length > 0) await handle.writeFile(bytes);
  };
  for await (const { entry, content } of sources) {
    const member = zipMember(entry, committedAt);
    zip.add(member);
    if (member instanceof WholeFile) {
      member.push(await collect(content), true);
      if (pending.length >= PENDING) await flush();
    } else {
      for await (const chunk of content) {
        member.push(chunk);
        await flush();
      }
      member.push(new Uint8Array(), true);
    }
    files += 1;
  }
  zip.end();
  await flush();
  return { size, checksum: digest.digest("base64"), files, open: () => createReadStream(file) };
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** A file that is compressed in one piece: a stream of its own costs more than most files are long. */
class WholeFile extends ZipPassThrough {
  override compression = 8;

  protected override process(chunk: Uint8Array, final: boolean): void {
    this.ondata(null, deflateSync(chunk, { level: LEVEL }), final);
  }
}

function zipMember({ path, mode, size }: ZipSource["entry"], committedAt: string): ZipDeflate | WholeFile {
  const member = size <= WHOLE ? new WholeFile(path) : new ZipDeflate(path, { level: LEVEL });
  const seconds = Buffer.alloc(5, 1);
  seconds.writeInt32LE(Math.min(Math.floor(Date.parse(committedAt) / 1000), 0x7fffffff) || 0, 1);
  member.os = UNIX;
  member.attrs = ((MODES[mode] ?? 0o100644) << 16) >>> 0;
  member.mtime = WALL_CLOCK();
  member.extra = { [EXTENDED_TIME]: seconds };
  return member;
}
