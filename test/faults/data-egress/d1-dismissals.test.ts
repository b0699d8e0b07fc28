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

  const sendable = { "a.csv": "first" };
  const colliding = { "x/a.csv": "first", "y/a.csv": "second" };

  type Mutant = (ledger: JobLedger) => Partial<JobLedger>;

  /** Folders that were refused; some of them were sent since. Among their letters is one that nobody can read. */
  async function settledWorld(seed: number, mutant: Mutant = () => ({})) {
    const random = randomNumbers(seed);
    const world = createWorld();
    const deadLetters = new MemoryQueue(1);
    const folders = Array.from({ length: 4 }, (_, n) => `dataegress/cbol/2025-02-0${n + 1}/`);
    const sent = folders.filter((_, n) => n === 0 || (n > 1 && random() < 0.5));
    for (const folder of folders) putData(world, colliding, folder);
    await work(world, world);
    await world.time.sleep(1000);
    for (const folder of sent) {
      for (const name of Object.keys(colliding)) world.buckets.delete(SOURCE, `${folder}${name}`);
      putData(world, sendable, folder);
    }
    await work(world, world);
    const bodies = [...world.queue.letters.splice(0).map(({ body }) => body), "not JSON"];
    for (const body of bodies.toSorted(() => random() - 0.5)) deadLetters.giveUp(body);
    const ledger = Object.assign(Object.create(world.ledger) as typeof world.ledger, mutant(world.ledger));
    const others = folders.filter((folder) => !sent.includes(folder));
    return { ...world, ledger, deadLetters, sent, others };
  }
  type SettledWorld = Awaited<ReturnType<typeof settledWorld>>;

  const has = ({ deadLetters }: SettledWorld, part: string): boolean =>
    deadLetters.letters.some(({ body }) => body.includes(part));
  const settle = (world: SettledWorld) => createEgressClient(world).dismiss({ settled: true, reason: "sent since" });

  /** Wherever it is broken off, letters of what was not sent since stay. */
  const keepsOthers = (seed: number, mutant?: Mutant) =>
    crashSweep({
      world: () => settledWorld(seed, mutant),
      ports: ["ledger", "deadLetters", "events"],
      act: settle,
      check: async (world) => {
        world.deadLetters.expire();
        await settle(world);

        for (const part of [...world.others, "not JSON"]) expect(has(world, part), `letter of ${part}`).to.equal(true);
        for (const folder of world.sent) expect(has(world, folder), `settled letter of ${folder}`).to.equal(false);
      },
    });

  seededIt("D1 F8 of all that is settled no other letter goes, wherever it is broken off", async (seed) => {
    await keepsOthers(seed);
  });

  seededIt("D1 mutant: one that takes any success for that of the folder", async (seed) => {
    const confused: Mutant = (ledger) => ({
      list: async (options) => (await ledger.list(options)).map((job) => ({ ...job, flag: { ...job.flag, key: KEY } })),
    });

    expect(await caughtBy(() => keepsOthers(seed, confused))).to.match(/^letter of dataegress/);
  });

  /** Somebody has it done again while the letters are looked at, and it is given up once more. */
  async function redrivenMeanwhile(seed: number, mutant?: (world: SettledWorld) => Mutant): Promise<void> {
    const world = await settledWorld(seed);
    const [folder = ""] = world.sent;
    const receive = world.deadLetters.receive.bind(world.deadLetters);
    let looked = false;
    world.deadLetters.receive = async () => {
      const jobs = looked ? [] : await world.ledger.list({ limit: 100 });
      looked = true;
      for (const job of jobs.filter(({ status, flag: { key } }) => status === "Refused" && key.startsWith(folder))) {
        const claimed = await world.ledger.claim(job, job, "somebody");
        if (claimed) await world.ledger.finish(job.jobId, claimed.lease, "Refused", { code: "no-row", reason: "none" });
      }
      return receive();
    };
    Object.assign(world.ledger, mutant?.(world)(world.ledger));

    await settle(world);

    expect(has(world, folder), "letter of what was given up once more").to.equal(true);
  }

  seededIt("D1 F7 a job that is redriven meanwhile and given up once more keeps its letter", (seed) =>
    redrivenMeanwhile(seed),
  );

  seededIt("D1 mutant: one that goes by what it saw before", async (seed) => {
    const stale = (world: SettledWorld): Mutant => {
      const find = world.ledger.find.bind(world.ledger);
      const at = { by: "x", reason: "x", at: "2026-01-01T00:00:00Z" };
      return () => ({ find: async (jobId) => await find(jobId).then((job) => job && { ...job, dismissed: at }) });
    };

    expect(await caughtBy(() => redrivenMeanwhile(seed, stale))).to.include("given up once more");
  });
});
