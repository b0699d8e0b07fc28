/** Where a receiver keeps what it gets. */
export interface Inbox {
  /**
   * Keeps a file, replacing one of that name, once its content has ended well; when the content fails, nothing of it is
   * kept. Resolves when it is safe.
   *
   * @param path Segments with `/`, e.g. `DA/report.csv`.
   */
  save(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

/** An inbox in memory. */
export class MemoryInbox implements Inbox {
  readonly files = new Map<string, Buffer>();

  async save(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    this.files.set(path, Buffer.concat(chunks));
  }
}
