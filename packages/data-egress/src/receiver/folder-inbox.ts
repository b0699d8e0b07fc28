import { randomUUID } from "node:crypto";
import { NodeDisk } from "../agent/node-disk";
import type { Disk } from "../agent/ports";
import { writeDurably } from "../agent/whole-file";
import type { Inbox } from "./inbox";

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
}
