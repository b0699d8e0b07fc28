import { s3Notification, VirtualTime, type VirtualClock } from "@slipway/testing";
import { FLAG_NAME } from "../../src/contract";
import type { Job } from "../../src/core/job";
import { createHandleMessage } from "../../src/handlers/handle-message";
import { createMemoryEgress, type MemoryEgress, type MemoryEgressOptions } from "../../src/library-memory";
import type { ServiceDependencies } from "../../src/operations/dependencies";
import { LeaseWatch } from "../../src/operations/lease-watch";

export const SOURCE = "source";
export const TARGET = "target";
export const FOLDER = "dataegress/cbol/2024-12-31/";

/** A row as it is in the table. */
export const row = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  source_prefix: "dataegress/cbol/$TODAYS_DATE/*",
  pipeline_name: "cbol",
  source_bucket: SOURCE,
  transfer_type: "S3",
  destination_bucket: TARGET,
  destination_prefix: "cbol/$TODAYS_DATE/",
  recipient_name: "CBOL",
  ...more,
});

/** The second row of a pipeline, which sends the same by the agent. */
export const sftRow = (more: Record<string, unknown> = {}): Record<string, unknown> =>
  row({
    pipeline_name: "cbol#sft",
    transfer_type: "SFT",
    destination_bucket: "",
    destination_prefix: "/data-egress/warehouse/",
    recipient_name: "Warehouse",
    ...more,
  });

/** A data egress in memory with its time. */
export interface World extends MemoryEgress {
  readonly time: VirtualTime;
  readonly clock: VirtualClock;
}

/** The ports whose calls can fail, be late, or be a process's last. */
export const PORTS = ["rows", "ledger", "sources", "targets", "folders", "queue"] as const;

export function createWorld(options: Partial<MemoryEgressOptions> & { readonly start?: string } = {}): World {
  const time = new VirtualTime(options.start === undefined ? undefined : Date.parse(options.start));
  const clock = time.clock();
  const made = createMemoryEgress({ items: [row()], ...options, time, clock });
  return { ...made, time, clock };
}

/** Puts files of these names, then the flag, and hands its notification to the queue. @returns the notification. */
export function putData(world: World, files: Readonly<Record<string, string>>, folder = FOLDER, bucket = SOURCE) {
  for (const [name, text] of Object.entries(files)) world.buckets.put(bucket, `${folder}${name}`, text);
  const body = putFlag(world, folder, bucket);
  world.queue.push(body);
  return body;
}

/** Puts a flag. @returns its notification. */
export function putFlag(world: World, folder = FOLDER, bucket = SOURCE): string {
  const { key, etag, versionId, lastModified } = world.buckets.put(bucket, `${folder}${FLAG_NAME}`, "");
  return s3Notification({ bucket, key, etag, versionId, size: 0, at: lastModified });
}

/** Files of some names that end in numbers, each with a text of its own. */
export const numberedFiles = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`part-${`${n}`.padStart(5, "0")}.csv`, `text ${n}`]));

const MOST_ROUNDS = 10_000;

/** A worker that ends when the queue has nothing more to give, now or later. */
export async function work(
  deps: ServiceDependencies & Pick<World, "time">,
  world: Pick<World, "queue">,
): Promise<void> {
  const handle = createHandleMessage(deps, new LeaseWatch(deps.stopwatch, deps.limits.lease));
  const { signal } = new AbortController();
  for (let round = 0; round < MOST_ROUNDS && world.queue.depth > 0; round += 1) {
    const message = await receive(deps);
    if (message === undefined) await deps.time.sleep(1000);
    // What fails comes again when the message's time is up.
    else await handle(message, signal).catch(() => undefined);
  }
  if (world.queue.depth > 0) throw new Error("the queue never becomes empty");
}

const receive = (deps: ServiceDependencies) => deps.queue.receive(new AbortController().signal).catch(() => undefined);

/** The newest job. */
export async function newestJob({ ledger }: Pick<World, "ledger">): Promise<Job> {
  const [job] = await ledger.list({ limit: 1 });
  if (job === undefined) throw new Error("there is no job");
  return job;
}
