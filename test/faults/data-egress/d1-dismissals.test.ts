import { MemoryQueue } from "@slipway/aws-runtime/memory";
import { caughtBy, crashSweep, randomNumbers, seededIt } from "@slipway/testing";
import { expect } from "chai";
import type { JobLedger } from "../../../packages/data-egress/src/core/ports";
import { createEgressClient } from "../../../packages/data-egress/src/library-memory";
import { createWorld, FOLDER, putData, SOURCE, work } from "../../../packages/data-egress/test/support/world";

const KEY = `${FOLDER}pipeline_success.flag`;
const flag = { bucket: SOURCE, key: KEY };
const OTHER = "dataegress/cbol/2025-01-01/";

/** Flags that were refused, some of them several times, among letters of others. */
async function refusedWorld(seed: number, mutant: (ledger: JobLedger) => Partial<JobLedger>) {
  const random = randomNumbers(seed);
  const world = createWorld();
  const deadLetters = new MemoryQueue(1);
  const puts = 1 + Math.floor(random() * 3);
  for (let put = 0; put < puts; put += 1) putData(world, { "x/a.csv": "first", "y/a.csv": "second" });
  putData(world, {}, OTHER);
  await work(world, world);
  const bodies = world.queue.letters.splice(0).map(({ body }) => body);
  // A crash while a message was given up makes two letters of it.
  if (random() < 0.5) bodies.push(...bodies.slice(0, 1));
  deadLetters.push(...bodies.toSorted(() => random() - 0.5));
  await deadLetters.deliver(bodies.length, async (batch) => batch.map(({ messageId }) => messageId));
  const { ledger } = world;
  const changed = mutant(ledger);
  const faked = new Proxy(ledger, {
    get: (target, name) => {
      const value: unknown = Reflect.get(changed, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...world, ledger: faked as typeof ledger, deadLetters, puts };
}

/** Wherever whoever dismisses is killed: no letter goes whose reason is not kept, and once it is said again all of them are gone. */
const holds = (seed: number, mutant: (ledger: JobLedger) => Partial<JobLedger> = () => ({})) =>
  crashSweep({
    world: () => refusedWorld(seed, mutant),
    ports: ["ledger", "deadLetters", "events"],
    act: (mortal) => createEgressClient(mortal).dismiss({ flag, reason: "first" }),
    check: async (world) => {
      world.deadLetters.expire();
      const isKept = async () =>
        (await world.ledger.list({ limit: 100 })).filter((job) => job.flag.key === KEY && job.dismissed !== undefined);
      const letters = () => world.deadLetters.letters.filter(({ body }) => body.includes("2024-12-31")).length;
      if (letters() < world.puts) expect(await isKept(), "reasons of letters that went").to.have.length(world.puts);

      await createEgressClient(world).dismiss({ flag, reason: "again" });

      expect(letters(), "letters that are left").to.equal(0);
      const jobs = await isKept();
      expect(jobs).to.have.length(world.puts);
      const others = world.deadLetters.letters.filter(({ body }) => body.includes("2025-01-01"));
      expect(others, "letters of others").not.to.be.empty;
    },
  });

describe("D1 nothing that was given up goes without its reason", () => {
  seededIt("D1 a letter goes only once the ledger has who dismissed it and why", async (seed) => {
    await holds(seed);
  });

  seededIt("D1 catches one whose reason is written down later, or never", async (seed) => {
    const forgetful = (ledger: JobLedger): Partial<JobLedger> => ({
      dismiss: async (jobId, dismissed) => {
        const job = await ledger.find(jobId);
        return job && { ...job, dismissed };
      },
    });

    expect(await caughtBy(() => holds(seed, forgetful))).to.include("reasons of letters that went");
  });
});
