/** Files that are being received: whoever asks for one may be told wrong before that has ended. */
export class Receiving {
  private readonly paths = new Map<string, Promise<unknown>>();

  async whileIn(path: string, work: Promise<unknown>): Promise<void> {
    this.paths.set(path, work);
    try {
      await work;
    } finally {
      if (this.paths.get(path) === work) this.paths.delete(path);
    }
  }

  /** Resolves when nothing of that path is being received, well or not. */
  async ended(path: string): Promise<void> {
    await this.paths.get(path)?.catch(() => undefined);
  }
}
