/** Bytes of the largest file that is read at once. */
export const SMALL_FILE = 2 * 1024 ** 2;
/** Buffers that are kept for the next files; there may be more of them out. */
const MOST_KEPT = 16;

/**
 * Memory that small files are read into, again and again: new memory for each would have to be cleared by the system and
 * collected afterwards, which takes longer than to read the file.
 */
export class Buffers {
  private readonly kept: Buffer[] = [];

  /** One that holds a byte more than a small file has, which tells that a file is longer. */
  take(): Buffer {
    return this.kept.pop() ?? Buffer.allocUnsafeSlow(SMALL_FILE + 1);
  }

  /** Only for one that nobody reads from any more: what is not given back is collected. */
  giveBack(buffer: Buffer): void {
    if (this.kept.length < MOST_KEPT) this.kept.push(buffer);
  }
}
