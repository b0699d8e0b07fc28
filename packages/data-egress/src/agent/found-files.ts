import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Clock } from "@slipway/core";
import type { DeliveryOrder } from "../agent-contract";
import type { ReadLock, Route } from "./configuration";
import { VerifiedContent } from "./digest";
import { problemOfName } from "./names";
import type { Disk, FileState } from "./ports";
import { pipeline } from "node:stream/promises";

interface Seen {
  readonly signature: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/**
 * Files that somebody put into a folder without an order. Nothing tells that such a file is finished but that it has not
 * changed for a while.
 */
export class FoundFiles {
  private seen = new Map<string, Seen>();

  constructor(
    private readonly disk: Disk,
    private readonly clock: Clock,
    private readonly readLock: ReadLock,
  ) {}

  /**
   * Looks at the folders of all routes.
   *
   * @param except Paths that are somebody's already.
   * @returns those that count as finished.
   */
  async look(routes: readonly Route[], except: ReadonlySet<string>): Promise<readonly FoundFile[]> {
    const now = this.clock.now().getTime();
    const found: FoundFile[] = [];
    const seen = new Map<string, Seen>();
    for (const folder of new Set(routes.map((route) => route.folder))) {
      for (const name of await this.disk.list(folder)) {
        const path = posix.join(folder, name);
        if (except.has(path) || problemOfName(name) !== undefined) continue;
        const state = await this.disk.state(path);
        if (state?.isFile !== true) continue;
        const signature = signatureOf(state);
        const before = this.seen.get(path);
        const since = before?.signature === signature ? before.since : now;
        seen.set(path, { signature, since });
        const { checkInterval, minAge } = this.readLock;
        if (now - since >= checkInterval && now - state.modifiedAt >= minAge) found.push({ folder, name, path, state });
      }
    }
    this.seen = seen;
    return found;
  }

  /** The order that nobody wrote; it has the same id for the same file. */
  async order({ folder, name, path, state }: FoundFile): Promise<DeliveryOrder> {
    const content = new VerifiedContent();
    content.resume();
    await pipeline(await this.disk.open(path), content);
    const id = createHash("sha256")
      .update(`${path}\n${signatureOf(state)}`)
      .digest("hex")
      .slice(0, 32);
    const { sha256 = "", bytes } = content;
    const orderedAt = new Date(state.modifiedAt).toISOString();
    const who = { jobId: "none", correlationId: id, recipient: "none" };
    return { version: 1, id, ...who, folder, name, sha256, bytes, keepOnFailure: true, orderedAt };
  }
}

/** A file that counts as finished. */
export interface FoundFile {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
  readonly state: FileState;
}

const signatureOf = ({ identity, bytes, modifiedAt }: FileState): string => `${identity} ${bytes} ${modifiedAt}`;
