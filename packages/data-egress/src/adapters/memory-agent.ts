import type { Clock } from "@slipway/core";
import { createHash } from "node:crypto";
import type { DeliveryOrder, DeliveryReceipt } from "../agent-contract";
import type { AgentFolders, OrderDraft } from "../core/ports";

/** What an agent in memory does with a file: what it answers becomes the receipt; undefined leaves it where it is. */
export type Deliver = (
  order: DeliveryOrder,
  body: Uint8Array,
) =>
  | Pick<DeliveryReceipt, "status" | "reason">
  | undefined
  | Promise<Pick<DeliveryReceipt, "status" | "reason"> | undefined>;

const sha256Of = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

interface Waiting {
  readonly order: DeliveryOrder;
  readonly body: Uint8Array;
}

/** A volume in memory, with an agent that works whenever somebody waits for news. */
export class MemoryAgent implements AgentFolders {
  /** Files that wait, by `folder/name`. */
  readonly files = new Map<string, Waiting>();
  readonly receipts = new Map<string, DeliveryReceipt>();
  /** `folder/name` of everything that was sent and delivered, in order; what the recipient had already was not sent. */
  readonly delivered: string[] = [];
  /** Of the recipient. */
  readonly received = new Map<string, Uint8Array>();

  /** @param deliver What the recipient says. @default it takes everything */
  constructor(
    private readonly clock: Clock,
    private readonly deliver: Deliver = () => ({ status: "delivered" }),
  ) {}

  async sweep(): Promise<void> {
    // Nothing is ever half written here.
  }

  async isOrdered(id: string): Promise<boolean> {
    return this.receipts.has(id) || [...this.files.values()].some(({ order }) => order.id === id);
  }

  async order(draft: OrderDraft, body: AsyncIterable<Uint8Array>): Promise<"ordered" | "occupied"> {
    const path = `${draft.folder}/${draft.name}`;
    if (this.files.has(path)) return "occupied";
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const sizes = { sha256: sha256Of(whole), bytes: whole.length };
    this.files.set(path, { order: { version: 1, ...draft, ...sizes }, body: whole });
    return "ordered";
  }

  async receipt(id: string): Promise<DeliveryReceipt | undefined> {
    return this.receipts.get(id);
  }

  async news(): Promise<void> {
    for (const [path, waiting] of this.files) await this.send(path, waiting);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async forget(id: string): Promise<void> {
    this.receipts.delete(id);
  }

  async withdraw(id: string): Promise<void> {
    for (const [path, { order }] of this.files) if (order.id === id) this.files.delete(path);
  }

  /** Ends the volume with all that is on it, as a task's end does; the recipient keeps what it has. */
  loseVolume(): void {
    this.files.clear();
    this.receipts.clear();
  }

  private async send(path: string, { order, body }: Waiting): Promise<void> {
    const has = this.received.get(path);
    const isThere = order.mayBeThere === true && has !== undefined && order.sha256 === sha256Of(has);
    const answer = isThere ? ({ status: "delivered" } as const) : await this.deliver(order, body);
    // Somebody else may have sent it, or taken it back, meanwhile.
    if (answer === undefined || this.files.get(path)?.order !== order) return;
    if (answer.status === "delivered" && !isThere) {
      this.delivered.push(path);
      this.received.set(path, body);
    }
    const { id, jobId, folder, name, sha256, bytes } = order;
    const finishedAt = this.clock.now().toISOString();
    this.receipts.set(id, {
      version: 1,
      id,
      jobId,
      folder,
      name,
      sha256,
      bytes,
      ...answer,
      destinations: [],
      finishedAt,
    });
    this.files.delete(path);
  }
}
