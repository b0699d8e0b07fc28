import { lstat, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import {
  DELIVERY_ID,
  orderPath,
  receiptPath,
  VOLUME_FOLDERS,
  type DeliveryOrder,
  type DeliveryReceipt,
} from "../agent-contract";
import { BytesDifferError, UnsafeFolderError } from "../core/errors";
import type { AgentFolders, OrderDraft } from "../core/ports";
import { exists, isMissing, renameDurably, writeStream, writeWhole } from "./durable-files";

/** Milliseconds after which it is looked again, though nothing was heard. */
const LOOK_AGAIN = 200;

const receiptSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  jobId: z.string(),
  folder: z.string(),
  name: z.string(),
  route: z.optional(z.string()),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  bytes: z.number(),
  status: z.enum(["delivered", "failed"]),
  reason: z.optional(z.string()),
  destinations: z.array(
    z.object({
      destination: z.string(),
      sentAs: z.string(),
      status: z.enum(["delivered", "failed"]),
      httpStatus: z.optional(z.number()),
      answer: z.optional(z.string()),
      receivedSha256: z.optional(z.string()),
      attempts: z.number(),
      reason: z.optional(z.string()),
      deliveredAt: z.optional(z.string()),
    }),
  ),
  finishedAt: z.string(),
});

/** The volume that is shared with the agent. */
export class AgentVolume implements AgentFolders {
  private watcher: FSWatcher | undefined;
  private readonly waiting = new Set<() => void>();
  private ready: Promise<void> | undefined;

  /** @param root The volume's root on this machine. */
  constructor(private readonly root: string) {}

  async sweep(): Promise<void> {
    await this.prepare();
    const partial = join(this.root, VOLUME_FOLDERS.partial);
    for (const name of await readdir(partial)) await rm(join(partial, name), { force: true });
  }

  async isOrdered(id: string): Promise<boolean> {
    const order = await this.readOrder(id);
    if (order !== undefined && (await exists(join(this.root, order.folder, order.name)))) return true;
    // The agent writes the receipt before it removes the file, so this one is looked for last.
    return exists(join(this.root, receiptPath(id)));
  }

  async order(draft: OrderDraft, body: AsyncIterable<Uint8Array>): Promise<"ordered" | "occupied"> {
    if (!DELIVERY_ID.test(draft.id)) throw new TypeError(`${draft.id} is no id of a delivery`);
    await this.prepare();
    const folder = await this.safeFolder(draft.folder);
    const target = join(folder, draft.name);
    if (await exists(target)) return "occupied";
    const partial = join(this.root, VOLUME_FOLDERS.partial, draft.id);
    const { sha256, bytes } = await writeStream(partial, body);
    try {
      const order: DeliveryOrder = { version: 1, ...draft, sha256, bytes };
      await writeWhole(join(this.root, orderPath(draft.id)), JSON.stringify(order));
      await renameDurably(partial, target);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return "ordered";
  }

  async receipt(id: string): Promise<DeliveryReceipt | undefined> {
    const text = await textOf(join(this.root, receiptPath(id)));
    if (text === undefined) return undefined;
    const read = receiptSchema.safeParse(parseJson(text));
    if (!read.success || read.data.id !== id)
      throw new BytesDifferError(receiptPath(id), "is no receipt of that order");
    return read.data as DeliveryReceipt;
  }

  async news(signal: AbortSignal): Promise<void> {
    await this.prepare();
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_AGAIN);
      signal.addEventListener("abort", done);
      this.waiting.add(done);
    });
  }

  async forget(id: string): Promise<void> {
    if (!(await exists(join(this.root, orderPath(id))))) await rm(join(this.root, receiptPath(id)), { force: true });
  }

  async withdraw(id: string): Promise<void> {
    await rm(join(this.root, VOLUME_FOLDERS.partial, id), { force: true });
    const order = await this.readOrder(id);
    if (order === undefined || (await exists(join(this.root, receiptPath(id))))) return;
    await rm(join(this.root, orderPath(id)), { force: true });
    await rm(join(this.root, order.folder, order.name), { force: true });
  }

  /** Stops listening. */
  close(): void {
    this.watcher?.close();
    this.waiting.forEach((wake) => wake());
  }

  private async readOrder(id: string): Promise<DeliveryOrder | undefined> {
    const text = await textOf(join(this.root, orderPath(id)));
    return text === undefined ? undefined : (JSON.parse(text) as DeliveryOrder);
  }

  /** The folder, made if it is not there. A link on the way could lead anywhere. */
  private async safeFolder(folder: string): Promise<string> {
    let path = this.root;
    for (const part of folder.split("/")) {
      path = join(path, part);
      await mkdir(path).catch((error: unknown) => {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      });
      if (!(await lstat(path)).isDirectory()) throw new UnsafeFolderError(folder);
    }
    return path;
  }

  private prepare(): Promise<void> {
    this.ready ??= (async () => {
      for (const folder of [VOLUME_FOLDERS.partial, VOLUME_FOLDERS.orders, VOLUME_FOLDERS.receipts]) {
        await mkdir(join(this.root, folder), { recursive: true });
      }
      this.watcher = watch(join(this.root, VOLUME_FOLDERS.receipts), () => this.waiting.forEach((wake) => wake()));
      // What is not heard is found by looking.
      this.watcher.on("error", () => this.watcher?.close());
      this.watcher.unref();
    })();
    return this.ready;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
