import { z } from "zod";
import {
  DELIVERY_ID,
  orderPath,
  receiptPath,
  VOLUME_FOLDERS,
  type DeliveryOrder,
  type DeliveryReceipt,
  type DestinationAnswer,
} from "../agent-contract";
import { isSha256 } from "./digest";
import { problemOfFolder, problemOfName, quoted } from "./names";
import type { Disk } from "./ports";
import { isTemporary, writeWhole } from "./whole-file";

/** What the agent keeps for itself, beside what the contract says. */
const OWN = {
  /** `<id>`: what was sent or given up, out of its folder and not yet deleted. */
  done: `${VOLUME_FOLDERS.own}/done`,
  /** `<id>.json`: answers so far of a delivery that is not finished. */
  progress: `${VOLUME_FOLDERS.own}/progress`,
} as const;

/** Where the file of a finished delivery is until the delivery is forgotten. */
export const donePath = (id: string): string => `${OWN.done}/${id}`;

const text = z.string().min(1).max(1024);
const named = (problemOf: (text: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `${quoted(value)}: ${problem}` });
  });

const orderSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(DELIVERY_ID),
  jobId: text,
  correlationId: text,
  folder: named(problemOfFolder),
  name: named(problemOfName),
  sha256: z.string().refine(isSha256, "is no SHA-256"),
  bytes: z.number().int().min(0),
  recipient: text,
  keepOnFailure: z.boolean(),
  mayBeThere: z.boolean().optional(),
  orderedAt: text,
}) satisfies z.ZodType<DeliveryOrder>;

/** An order as it is read, or why it is none. */
export type ReadOrder = { readonly order: DeliveryOrder } | { readonly id: string; readonly problem: string };

/** What there is of each kind. */
export interface VolumeIds {
  readonly orders: readonly string[];
  readonly receipts: ReadonlySet<string>;
  readonly progress: ReadonlySet<string>;
}

/** What service and agent share, and what the agent keeps of its work, on a disk. */
export class Volume {
  constructor(readonly disk: Disk) {}

  /** Ids of all orders, receipts, and deliveries that have begun. */
  async ids(): Promise<VolumeIds> {
    return {
      orders: idsOf(await this.disk.list(VOLUME_FOLDERS.orders)),
      receipts: new Set(idsOf(await this.disk.list(VOLUME_FOLDERS.receipts))),
      progress: new Set(idsOf(await this.disk.list(OWN.progress))),
    };
  }

  /** Undefined when it has gone. */
  async order(id: string): Promise<ReadOrder | undefined> {
    const found = await this.disk.read(orderPath(id));
    if (found === undefined) return undefined;
    const parsed = orderSchema.safeParse(parseJson(found));
    if (!parsed.success) return { id, problem: describe(parsed.error) };
    return parsed.data.id === id ? { order: parsed.data } : { id, problem: `it has the id ${parsed.data.id}` };
  }

  async hasOrder(id: string): Promise<boolean> {
    return (await this.disk.state(orderPath(id))) !== undefined;
  }

  async receipt(id: string): Promise<DeliveryReceipt | undefined> {
    const found = await this.disk.read(receiptPath(id));
    return found === undefined ? undefined : (JSON.parse(found) as DeliveryReceipt);
  }

  async writeReceipt(receipt: DeliveryReceipt): Promise<void> {
    await writeWhole(this.disk, receiptPath(receipt.id), JSON.stringify(receipt), receipt.id);
  }

  /** What each target of a delivery said before this process started. */
  async progress(id: string): Promise<readonly DestinationAnswer[]> {
    const found = await this.disk.read(progressPath(id));
    return found === undefined ? [] : (JSON.parse(found) as DestinationAnswer[]);
  }

  async writeProgress(id: string, answers: readonly DestinationAnswer[]): Promise<void> {
    await writeWhole(this.disk, progressPath(id), JSON.stringify(answers), id);
  }

  async forgetProgress(id: string): Promise<void> {
    await this.disk.remove(progressPath(id));
  }

  /** Ends a delivery: after this nothing of it is left but its receipt. */
  async forget(id: string, hasProgress: boolean): Promise<void> {
    if (hasProgress) await this.forgetProgress(id);
    await this.disk.remove(orderPath(id));
    await this.disk.remove(donePath(id));
  }

  /**
   * Removes what a killed agent left of deliveries that were finished or withdrawn.
   *
   * @returns ids of the orders that are there: that agent may have begun them.
   */
  async sweep(): Promise<ReadonlySet<string>> {
    const { orders: ids, progress } = await this.ids();
    const orders = new Set(ids);
    for (const id of await this.disk.list(OWN.done)) if (!orders.has(id)) await this.disk.remove(donePath(id));
    for (const id of progress) if (!orders.has(id)) await this.forgetProgress(id);
    for (const folder of [OWN.progress, VOLUME_FOLDERS.receipts]) {
      const unfinished = (await this.disk.list(folder)).filter(isTemporary);
      for (const name of unfinished) await this.disk.remove(`${folder}/${name}`);
    }
    return orders;
  }
}

const progressPath = (id: string): string => `${OWN.progress}/${id}.json`;

const idsOf = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((id) => DELIVERY_ID.test(id));

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function describe({ issues }: z.ZodError): string {
  const issue = issues[0];
  return `[${(issue?.path ?? []).join(".")}] ${issue?.message ?? "is not usable"}`;
}
