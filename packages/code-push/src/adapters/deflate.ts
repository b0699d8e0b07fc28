import {
  Z_BUF_ERROR,
  Z_DEFAULT_STRATEGY,
  Z_FINISH,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  zlibDeflate,
  zlibDeflateInit2,
  zlibDeflateReset,
  ZStream,
} from "pako";

/** How a compressor is set up; a change of it changes the bytes of every archive that is made from then on. */
interface Setting {
  /** Beyond it a file costs more time and is hardly smaller. */
  readonly level: number;
  /** Power of two: how far back a text may be repeated. */
  readonly windowBits: number;
  readonly memoryLevel: number;
  /** Sizes the table of what was seen by the memory level, as zlib does: it is emptied for each file. */
  readonly classicHash: boolean;
}

const DEFLATED = 8;
/** Bytes up to which a file is small. Its window holds all of it; what larger ones need would cost it most of its time. */
const SMALL = 8 * 1024;
const FOR_SMALL: Setting = { level: 1, windowBits: 13, memoryLevel: 5, classicHash: true };
const FOR_LARGE: Setting = { level: 3, windowBits: 15, memoryLevel: 8, classicHash: false };
/** Bytes of output that are allocated together, and the least that must be left of them to go on. */
const OUTPUT = { whole: 256 * 1024, least: 16 * 1024 } as const;

/**
 * Compresses one file after another, each on its own, with the memory of the one before: most files of a repository are
 * so short that a compressor of their own would cost more than their compression.
 *
 * JavaScript and pinned: the same bytes on every machine, see docs/decisions/012.
 */
export class Deflater {
  private readonly small = open(FOR_SMALL);
  private large: ZStream | undefined;
  private current: ZStream = this.small;
  private output = new Uint8Array(OUTPUT.whole);
  private used = 0;

  /** Begins a file of so many bytes. */
  begin(size: number): void {
    this.current = size <= SMALL ? this.small : (this.large ??= open(FOR_LARGE));
    zlibDeflateReset(this.current);
  }

  /** Takes the next bytes of the file, and gives what they became so far; all of it with the last ones. */
  push(bytes: Uint8Array, last: boolean): Uint8Array<ArrayBuffer> {
    const stream = this.current;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.length;
    const made: Uint8Array<ArrayBuffer>[] = [];
    let full: boolean;
    do {
      if (OUTPUT.whole - this.used < OUTPUT.least) [this.output, this.used] = [new Uint8Array(OUTPUT.whole), 0];
      stream.output = this.output;
      stream.next_out = this.used;
      stream.avail_out = OUTPUT.whole - this.used;
      const status = zlibDeflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
      made.push(this.output.subarray(this.used, stream.next_out));
      this.used = stream.next_out;
      full = stream.avail_out === 0 && status !== Z_STREAM_END;
      if (status !== Z_STREAM_END && status !== Z_OK && status !== Z_BUF_ERROR) throw new Error(`pako: ${status}`);
    } while (full);
    return made.length === 1 && made[0] !== undefined ? made[0] : Buffer.concat(made);
  }
}

function open({ level, windowBits, memoryLevel, classicHash }: Setting): ZStream {
  const stream = new ZStream();
  zlibDeflateInit2(stream, level, DEFLATED, -windowBits, memoryLevel, Z_DEFAULT_STRATEGY, classicHash);
  return stream;
}
