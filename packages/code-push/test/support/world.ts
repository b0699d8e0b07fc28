import type { Clock, Sleeper } from "@slipway/core";
import { PUSH_MESSAGE, type PushMessage, type RepositorySetting } from "../../src/contract";
import type { Pointer } from "../../src/core/latest";
import { parseRepository, type Repository } from "../../src/core/repositories";
import { createPushCode, type PushCodeDependencies } from "../../src/handlers/push-code";
import { createMemoryCodePush, type MemoryCodePush, type MemoryMessage } from "../../src/library-memory";

/** Time that passes by a second with each look, and at once when somebody sleeps. */
export class QuickTime implements Clock, Sleeper {
  private time = Date.parse("2026-11-21T10:00:00Z");

  now(): Date {
    return new Date((this.time += 1000));
  }

  async sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The repository that most tests are about. */
export const SHOP = "git.example.org/octo/shop";

/** A repository of the configuration. */
export const repository = (extra: Partial<RepositorySetting> = {}): Repository => {
  const id = extra.id ?? SHOP;
  return parseRepository({ provider: "github", url: `https://${id}.git`, ...extra, id });
};

/** A code push in memory with everything that its functions tell. */
export interface World extends MemoryCodePush, Pick<PushCodeDependencies, "metrics" | "log" | "maxReceives"> {
  readonly counted: Record<string, number>[];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[];
}

/** Makes an empty world. */
export function createWorld(options: Partial<Parameters<typeof createMemoryCodePush>[0]> = {}): World {
  const time = new QuickTime();
  const maxReceives = options.maxReceives ?? 5;
  let ids = 0;
  const memory = createMemoryCodePush({
    repositories: [repository()],
    clock: time,
    sleeper: time,
    ids: { next: () => `id-${(ids += 1)}` },
    ...options,
    maxReceives,
  });
  const counted: World["counted"] = [];
  const lines: World["lines"] = [];
  const line = (level: string) => (message: string, fields: object) => void lines.push({ level, message, fields });
  const log = { info: line("info"), warn: line("warn") };
  return {
    ...memory,
    counted,
    lines,
    maxReceives,
    log,
    metrics: { count: (values) => void counted.push({ ...values }) },
  };
}

/** A work event. */
export const pushOf = (ref: string, sha: string, extra: Partial<PushMessage> = {}): PushMessage => ({
  type: PUSH_MESSAGE,
  repository: SHOP,
  ref,
  sha,
  provider: "github",
  trigger: "webhook",
  correlation_id: "c1",
  received_at: "2026-11-21T10:00:00.000Z",
  ...extra,
});

/** How a handler of a queue is called. */
export type Consume = (batch: readonly MemoryMessage[]) => Promise<readonly string[]>;

/** The pushing function as the queue's consumer. */
export function consumerOf(deps: PushCodeDependencies): Consume {
  const handle = createPushCode(deps);
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
export async function drain(world: World, consume: Consume = consumerOf(world), size = 1): Promise<void> {
  for (let round = 0; world.queue.messages.length > 0; round += 1) {
    if (round > 100_000) throw new Error("the queue never gets empty");
    await world.queue.deliver(size, consume);
  }
}

/** Key of an archive under the default template. */
export const keyOf = (sha: string, ref = "main", id = SHOP): string => `${id}/${ref}/${sha}.zip`;

/** What a ref's pointer says; nothing when there is none. */
export const pointerOf = (world: MemoryCodePush, ref = "main", id = SHOP): Pointer | undefined => {
  const found = world.archives.objects.get(`${id}/${ref}/latest.json`);
  return found && (JSON.parse(found.body.toString()) as Pointer);
};

/** Keys of all archives. */
export const archivesOf = (world: MemoryCodePush): readonly string[] =>
  [...world.archives.objects.keys()].filter((key) => key.endsWith(".zip")).sort();

/** Details of the events of one type. */
export const eventsOf = (world: MemoryCodePush, type: string): readonly Readonly<Record<string, unknown>>[] =>
  world.events.published.filter((event) => event.type === type).map(({ detail }) => detail);
