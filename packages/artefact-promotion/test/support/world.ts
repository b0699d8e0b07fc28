import type { Clock, Sleeper, Stopwatch } from "@slipway/core";
import { createPromoteArtefacts, type PromoteArtefactsDependencies } from "../../src/handlers/promote-artefacts";
import { createMemoryPromotion, type MemoryMessage, type MemoryPromotion } from "../../src/library-memory";
import type { MemoryVersion } from "../../src/library-memory";
import type { PromotionOrder } from "../../src/operations/promote-object";

/** Time that passes by a second with each look, and at once when somebody sleeps. */
export class QuickTime implements Clock, Sleeper, Stopwatch {
  private time = Date.parse("2026-11-21T10:00:00Z");

  now(): Date {
    return new Date((this.time += 1000));
  }

  elapsed(): number {
    return (this.time += 10);
  }

  async sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A metric that was counted. */
export type Counted = Readonly<Record<string, number>>;

/** A promotion in memory with everything that its functions tell. */
export interface World extends MemoryPromotion {
  readonly counted: Counted[];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[];
  readonly metrics: PromoteArtefactsDependencies["metrics"];
  readonly log: PromoteArtefactsDependencies["log"];
  readonly maxReceives: number;
}

/** Makes an empty world. */
export function createWorld(options: Parameters<typeof createMemoryPromotion>[0] = {}): World {
  const time = new QuickTime();
  const memory = createMemoryPromotion({ clock: time, sleeper: time, stopwatch: time, ...options });
  const counted: Counted[] = [];
  const lines: World["lines"] = [];
  const line = (level: string) => (message: string, fields: object) => void lines.push({ level, message, fields });
  return {
    ...memory,
    counted,
    lines,
    metrics: { count: (values) => void counted.push(values) },
    log: { info: line("info"), warn: line("warn") },
    maxReceives: options.maxReceives ?? 5,
  };
}

/** An S3 notification about a version, as S3 words it. */
export const notification = (bucket: string, version: MemoryVersion, sequencer = "0055AED6DCD90281E5"): object => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  awsRegion: "eu-west-2",
  eventTime: version.lastModified.toISOString(),
  eventName: "ObjectCreated:Put",
  userIdentity: { principalId: "AWS:AIDAEXAMPLE:jenkins" },
  s3: {
    s3SchemaVersion: "1.0",
    bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
    object: {
      key: encodeKey(version.key),
      size: version.size,
      eTag: version.etag,
      versionId: version.versionId,
      sequencer,
    },
  },
});

/** As S3 encodes keys in events: a space is a plus. */
export const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

/** Records in the envelope that SNS puts around them. */
export const wrapped = (...records: readonly object[]): string =>
  JSON.stringify({ Type: "Notification", MessageId: "n1", Message: JSON.stringify({ Records: records }) });

/** The message that tells of a version at the source. */
export const messageAbout = ({ hop }: MemoryPromotion, version: MemoryVersion, sequencer?: string): string =>
  wrapped(notification(hop.source.name, version, sequencer));

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

/** The promoting function as the queue's consumer. */
export function consumerOf(deps: PromoteArtefactsDependencies): Consume {
  const handle = createPromoteArtefacts(deps);
  return async (batch) => {
    const Records = batch.map(({ messageId, body, receives }) => ({
      messageId,
      body,
      attributes: { ApproximateReceiveCount: `${receives}` },
    }));
    return (await handle({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}

/** Delivers until nothing waits. */
export async function drain(world: World, consume: Consume, size = 10): Promise<void> {
  for (let round = 0; world.queue.messages.length > 0; round += 1) {
    if (round > 100_000) throw new Error("the queue never gets empty");
    await world.queue.deliver(size, consume);
  }
}

/** The current bytes of an object, as text; nothing when there is none. */
export const textAt = (world: MemoryPromotion, side: "source" | "target", key: string): string | undefined => {
  const current = world.objects.history(world.hop[side], key).at(-1);
  return current && Buffer.from(current.body).toString();
};
