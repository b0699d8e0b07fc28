import { createHash } from "node:crypto";

/** What tells one content from all others. */
export interface Content {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Absent where it was not announced. */
  readonly bytes?: number | undefined;
}

/** Where a receiver keeps what it gets. */
export interface Inbox {
  /**
   * Keeps a file, replacing one of that name, once its content has ended well; when the content fails, nothing of it is
   * kept. Resolves when it is safe.
   *
   * @param path Segments with `/`, e.g. `DA/report.csv`.
   * @param announced What the content is, unless it fails.
   */
  save(path: string, content: AsyncIterable<Uint8Array>, announced: Content): Promise<void>;
  /** How many bytes it has under a path, if it has this content there. */
  find(path: string, content: Content): Promise<number | undefined>;
}

/** An inbox in memory. */
export class MemoryInbox implements Inbox {
  readonly files = new Map<string, Buffer>();

  async save(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    this.files.set(path, Buffer.concat(chunks));
  }

  async find(path: string, { sha256 }: Content): Promise<number | undefined> {
    const file = this.files.get(path);
    if (file === undefined || createHash("sha256").update(file).digest("hex") !== sha256) return undefined;
    return file.length;
  }
}
