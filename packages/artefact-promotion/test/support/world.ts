import {
  queueRecord,
  s3Notification,
  VirtualTime,
  type BatchHandler,
  type CreatedObject,
  type Ports,
} from "@slipway/testing";
import { createPromoteArtefacts, type PromoteArtefactsDependencies } from "../../src/handlers/promote-artefacts";
import { createMemoryPromotion, type MemoryMessage, type MemoryPromotion } from "../../src/library-memory";
import type { MemoryVersion } from "../../src/library-memory";
import type { PromotionDependencies } from "../../src/operations";
import type { PromotionOrder } from "../../src/operations/promote-object";

/** A metric that was counted. */
export type Counted = Readonly<Record<string, number>>;

/** A promotion in memory with everything that its functions tell. */
export interface World extends MemoryPromotion {
  readonly time: VirtualTime;
  readonly counted: Counted[];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly metrics: PromoteArtefactsDependencies["metrics"];
  readonly log: PromoteArtefactsDependencies["log"];
  readonly maxReceives: number;
}

/** Ports that keep what was promoted: the calls that faults meet. An event publisher never fails. */
export const STORES: Ports<PromotionDependencies> = ["objects", "ledger"];

/** Every port: the calls around which a process is killed. */
export const PORTS: Ports<PromotionDependencies> = [...STORES, "queue", "deadLetters", "events", "identity"];

/** Makes an empty world. */
export function createWorld(options: Parameters<typeof createMemoryPromotion>[0] = {}): World {
  const time = new VirtualTime();
  const memory = createMemoryPromotion({ clock: time.clock(), sleeper: time, stopwatch: time, ...options });
  const counted: Counted[] = [];
  const lines: World["lines"] = [];
  const line = (level: string) => (message: string, fields: object) => void lines.push({ level, message, fields });
  return {
    ...memory,
    time,
    counted,
    lines,
    metrics: { count: (values) => void counted.push(values) },
    log: { info: line("info"), warn: line("warn") },
    maxReceives: options.maxReceives ?? 5,
  };
}

/** What an event tells of a version. */
export const createdObject = (bucket: string, version: MemoryVersion, sequencer?: string): CreatedObject => ({
  bucket,
  key: version.key,
  size: version.size,
  etag: version.etag,
  versionId: version.versionId,
  sequencer,
  at: version.lastModified.toISOString(),
});

/** The message that tells of a version at the source. */
export const messageAbout = ({ hop }: MemoryPromotion, version: MemoryVersion, sequencer?: string): string =>
  s3Notification(createdObject(hop.source.name, version, sequencer));

/** An order from an event about a version. */
export const orderAbout = ({ key, etag, size, versionId }: MemoryVersion): PromotionOrder => ({
  key,
  trigger: "event",
  requestedBy: { id: "AWS:AIDAEXAMPLE:jenkins", name: "jenkins" },
  correlationId: "c1",
  sighting: { etag, size, versionId },
});

/** How a handler of a queue is called. */
export type Consume = (batch: readonly MemoryMessage[]) => Promise<readonly string[]>;

/** The promoting function as the queue's consumer. @param change Puts something around the function. */
export function consumerOf(
  deps: PromoteArtefactsDependencies,
  change: (handle: BatchHandler) => BatchHandler = (handle) => handle,
): Consume {
  const handle = change(createPromoteArtefacts(deps));
  return async (batch) => {
    return (await handle({ Records: batch.map(queueRecord) })).batchItemFailures.map(
      ({ itemIdentifier }) => itemIdentifier,
    );
  };
}

/** Delivers until nothing waits. */
export async function drain(world: World, consume: Consume, size = 10): Promise<void> {
  for (let round = 0; world.queue.messages.length > 0; round += 1) {
    if (round > 100_000) throw new Error("the queue never gets empty");
    await world.queue.deliver(size, consume);
  }
}

/** Puts `count` objects at the source, whose bytes are their number. */
export const plantMany = (world: MemoryPromotion, count: number): readonly MemoryVersion[] =>
  Array.from({ length: count }, (_, n) => world.objects.plant(world.hop.source, numbered(n), `${n}`));

/** How many of the objects that `plantMany` put are not at the target as they should be. */
export const countMissing = (world: MemoryPromotion, count: number): number =>
  Array.from({ length: count }, (_, n) => n).filter((n) => textAt(world, "target", numbered(n)) !== `${n}`).length;

/** The n-th key, in the order of the keys. */
export const numbered = (n: number): string => `k${String(n).padStart(5, "0")}`;

/** The current bytes of an object, as text; nothing when there is none. */
export const textAt = (world: MemoryPromotion, side: "source" | "target", key: string): string | undefined => {
  const current = world.objects.history(world.hop[side], key).at(-1);
  return current && Buffer.from(current.body).toString();
};
