// One of two processes that fight for the leases of many environments, with a clock that is wrong, answers that are
// late and pauses of the whole process. Writes what it did as JSON lines with the machine's monotonic time.
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { randomNumbers } from "@slipway/testing";
import pMap from "p-map";
import { createDocumentClient } from "../../../../packages/release-tracker/src/adapters/aws-clients";
import { DynamoLeaseStore } from "../../../../packages/release-tracker/src/adapters/dynamo-lease-store";
import { processStopwatch, randomIds, realSleeper } from "@slipway/aws-runtime";
import type { LeaseStore } from "../../../../packages/release-tracker/src/core/ports";
import { holdLease } from "../../../../packages/release-tracker/src/operations/hold-lease";

const HOUR = 3_600_000;

interface Settings {
  readonly name: string;
  readonly table: string;
  readonly log: string;
  readonly lease: number;
  readonly seeds: readonly number[];
  /** Times that each environment's lease is to be held, in as many attempts as that takes. */
  readonly rounds: number;
  /** Holds the first lease until it is killed. */
  readonly forever: boolean;
}

const now = (): number => Number(process.hrtime.bigint() / 1_000n);

/** One attempt; tells of each effect under the lease. */
async function fight(
  settings: Settings,
  store: LeaseStore,
  { seed, random, onEffect }: { seed: number; random: () => number; onEffect: (fencing: number) => void },
): Promise<void> {
  const skew = (random() * 2 - 1) * HOUR;
  const late = async <T>(call: () => Promise<T>): Promise<T> => {
    if (random() < 0.2) await pause(random() * settings.lease);
    return call();
  };
  const leases: LeaseStore = {
    read: (address) => late(() => store.read(address)),
    take: (lease, replacing) => late(() => store.take(lease, replacing)),
    renew: (lease) => late(() => store.renew(lease)),
    release: (lease) => late(() => store.release(lease)),
  };
  const deps = {
    leases,
    clock: { now: () => new Date(Date.now() + skew) },
    ids: randomIds,
    sleeper: realSleeper,
    stopwatch: processStopwatch,
    timing: { lease: settings.lease, poll: 1, stable: 1 },
  };
  const tell = (kind: string, fencing: number) =>
    appendFileSync(settings.log, `${JSON.stringify({ seed, name: settings.name, kind, fencing, at: now() })}\n`);
  const requester = { id: settings.name, name: settings.name };
  await holdLease(deps, { projectId: "fight", environmentId: `seed-${seed}` }, requester, async (held) => {
    const { fencing } = held.lease;
    const until = processStopwatch.elapsed() + random() * 2 * settings.lease;
    while (settings.forever || processStopwatch.elapsed() < until) {
      // A stopped process: nothing of it runs, its renewals neither.
      if (!settings.forever && random() < 0.0005)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settings.lease);
      held.assertHeld();
      tell("effect", fencing);
      onEffect(fencing);
      await pause(10);
    }
  });
}

async function main(settings: Settings): Promise<void> {
  const client = createDocumentClient(new DynamoDBClient());
  const clock = { now: () => new Date() };
  const store = new DynamoLeaseStore(client, settings.table, clock);
  process.stdout.write("ready\n");
  await pMap(
    settings.seeds,
    async (seed) => {
      const random = randomNumbers(seed * 31 + settings.name.length);
      const held = new Set<number>();
      while (held.size < settings.rounds) {
        // Being refused and losing the lease are what half of the attempts end in.
        await fight(settings, store, { seed, random, onEffect: (fencing) => held.add(fencing) }).catch(
          (error: Error) => {
            if (!["EnvironmentLockedError", "LeaseLostError"].includes(error.name)) throw error;
          },
        );
        await pause(random() * settings.lease);
      }
    },
    { concurrency: 50 },
  );
}

void main(JSON.parse(process.argv[2] ?? "{}") as Settings);
