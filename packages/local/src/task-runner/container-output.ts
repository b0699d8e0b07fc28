/** The two streams of a process, with the numbers that Docker's log frames give them. */
export const STREAM = { stdout: 1, stderr: 2 } as const;

/** Number of a stream in a log frame. */
export type Stream = (typeof STREAM)[keyof typeof STREAM];

/** One line that a container wrote, with its line break (unless the line is very long or the last one). */
export interface OutputLine {
  readonly stream: Stream;
  readonly bytes: Buffer;
}

/** Receives output as it comes. */
export interface OutputListener {
  line(line: OutputLine): void;
  end(): void;
}

const MAXIMUM_LINE_BYTES = 16 * 1024;
const MAXIMUM_KEPT_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * What a container wrote: the newest mebibyte of it, in whole lines. Lines are kept whole because the emulator makes one
 * log event of each piece it receives.
 */
export class ContainerOutput {
  #lines: OutputLine[] = [];
  #keptBytes = 0;
  #ended = false;
  readonly #partial: Record<Stream, Buffer> = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  readonly #listeners = new Set<OutputListener>();

  /** The lines still kept, oldest first. */
  get lines(): readonly OutputLine[] {
    return this.#lines;
  }

  /** Takes what the process wrote to a stream. */
  write(stream: Stream, chunk: Buffer): void {
    let rest = Buffer.concat([this.#partial[stream], chunk]);
    for (let end = lineEnd(rest); end > 0; end = lineEnd(rest)) {
      this.#keep({ stream, bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
    }
    this.#partial[stream] = rest;
  }

  /** No more will come: lets go of unfinished lines and of the listeners. Harmless when repeated. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stream of Object.values(STREAM)) {
      if (this.#partial[stream].length > 0) this.#keep({ stream, bytes: this.#partial[stream] });
    }
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  /**
   * Hands over the lines kept so far, then each new one, then the end.
   *
   * @returns stops it.
   */
  follow(listener: OutputListener): () => void {
    for (const line of this.#lines) listener.line(line);
    if (this.#ended) listener.end();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #keep(line: OutputLine): void {
    this.#lines.push(line);
    this.#keptBytes += line.bytes.length;
    while (this.#keptBytes > MAXIMUM_KEPT_BYTES) this.#keptBytes -= this.#lines.shift()?.bytes.length ?? 0;
    for (const listener of this.#listeners) listener.line(line);
  }
}

/** Length of the first line in the bytes, or 0 when none is complete. */
function lineEnd(bytes: Buffer): number {
  const lineFeed = bytes.subarray(0, MAXIMUM_LINE_BYTES).indexOf(LINE_FEED);
  if (lineFeed >= 0) return lineFeed + 1;
  return bytes.length >= MAXIMUM_LINE_BYTES ? MAXIMUM_LINE_BYTES : 0;
}

/**
 * A frame of a multiplexed log stream: stream number, three zero bytes, length (32 bits, big end first), the bytes.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Container/operation/ContainerAttach
 */
export function encodeFrame({ stream, bytes }: OutputLine): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
