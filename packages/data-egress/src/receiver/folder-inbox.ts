import { createHash, randomUUID } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { NodeDisk } from "../agent/node-disk";
import type { Disk } from "../agent/ports";
import { writeDurably } from "../agent/whole-file";
import type { Content, Inbox } from "./inbox";

/** An inbox that is a folder: whoever sees a name in it sees a whole file. */
export class FolderInbox implements Inbox {
  private readonly disk: Disk;

  /** @param folder Must be there. A disk can be given in its place. */
  constructor(folder: string | Disk) {
    this.disk = typeof folder === "string" ? new NodeDisk(folder) : folder;
  }

  async save(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    await writeDurably(this.disk, path, content, randomUUID());
  }

  async find(path: string, { sha256, bytes }: Content): Promise<number | undefined> {
    const state = await this.disk.state(path);
    // Only a file of that size is read.
    if (state?.isFile !== true || (bytes !== undefined && state.bytes !== bytes)) return undefined;
    const hash = createHash("sha256");
    await pipeline(await this.disk.open(path), hash);
    return hash.digest("hex") === sha256 ? state.bytes : undefined;
  }
}
