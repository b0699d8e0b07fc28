import type { Readable } from "node:stream";

/** Reads a stream by lines and by counts of bytes, without ever holding more than a piece of it. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The text up to a line feed; nothing at the end. */
  async line(): Promise<string | undefined> {
    let end = this.rest.indexOf(10);
    while (end < 0) {
      if (!(await this.more())) return undefined;
      end = this.rest.indexOf(10);
    }
    return this.take(end + 1).toString("utf8", 0, end);
  }

  /** The next bytes, piece by piece. @throws RangeError when the stream ends before them. */
  async *bytes(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0) {
      if (this.rest.length === 0 && !(await this.more())) throw new RangeError("the stream ended early");
      const piece = this.take(Math.min(left, this.rest.length));
      left -= piece.length;
      yield piece;
    }
  }

  private take(count: number): Buffer {
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done === true) return false;
    this.rest = this.rest.length === 0 ? value : Buffer.concat([this.rest, value]);
    return true;
  }
}
