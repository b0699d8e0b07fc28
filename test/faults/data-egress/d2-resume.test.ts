import { caughtBy, crashSweep, letOthersRun, withHooks, type Around } from "@slipway/testing";
import { expect } from "chai";
import type { JobLedger } from "../../../packages/data-egress/src/core/ports";
import {
  createWorld,
  newestJob,
  numberedFiles,
  PORTS,
  putData,
  row,
  sftRow,
  TARGET,
  work,
  type World,
} from "../../../packages/data-egress/test/support/world";

type Guard = (ledger: JobLedger) => Partial<JobLedger>;
const asItIs: Guard = () => ({});

const guarded = (world: World, guard: Guard): World => {
  const ledger = Object.assign(Object.create(world.ledger) as World["ledger"], guard(world.ledger));
  return { ...world, ledger };
};

/** Mutant: nobody's lease keeps anybody out. */
const takesAll: Guard = (ledger) => ({
  find: async (jobId) => {
    const job = await ledger.find(jobId);
    return job?.status === "Running" ? { ...job, status: "Waiting" } : job;
  },
  claim: async (job, _seen, owner) => {
    const now = await ledger.find(job.jobId);
    return ledger.claim(job, now, owner);
  },
});

/** Mutant: whoever comes to the end ends the job. */
const endsAnyway: Guard = (ledger) => ({
  finish: async (jobId, lease, status, failure) => {
    await ledger.finish(jobId, lease, status, failure);
    return true;
  },
});

describe("D2 redelivery resumes, and two workers never both finish a job", () => {
  async function twoWorkers(guard: Guard = asItIs): Promise<void> {
    const world = createWorld({ limits: { concurrency: 1, lease: 30_000 } });
    // The same notification, delivered twice.
    world.queue.push(putData(world, numberedFiles(40)));
    const slow: Around = async (call, run) => {
      if (call === "targets.copy") await world.time.sleep(5000);
      return run();
    };
    const deps = withHooks(guarded(world, guard), ["targets"], slow);

    await Promise.all([work(deps, world), work(deps, world)]);

    expect(world.buckets.writes.length, "files sent").to.equal(40);
    expect(
      world.events.published.map(({ type }) => type),
      "ends",
    ).to.deep.equal(["Data Sent"]);
    expect((await newestJob(world)).attempts).to.equal(1);
  }

  it("D2 F5 F7 a job that takes longer than a message stays hidden is one worker's: heartbeats keep both", () =>
    twoWorkers());

  it("D2 mutant: a job is taken from a worker that lives", async () => {
    expect(await caughtBy(() => twoWorkers(takesAll))).to.include("files sent");
  });

  async function pausedWorker(guard: Guard = asItIs): Promise<void> {
    const world = createWorld({ limits: { concurrency: 1, lease: 30_000 } });
    putData(world, numberedFiles(3));
    let release = (): void => undefined;
    const paused = new Promise<void>((resolve) => (release = resolve));
    // The first worker stands still at its last step, as a machine that sleeps: its heartbeats too.
    const asleep: Around = async (call, run) => {
      if (call === "ledger.renew" || call === "ledger.finish") await paused;
      return run();
    };
    const first = work(withHooks(guarded(world, guard), ["ledger"], asleep), world);
    await letOthersRun(50);
    world.queue.expire();
    await work(guarded(world, guard), world);
    release();
    await first;

    expect(
      world.events.published.map(({ type }) => type),
      "ends",
    ).to.deep.equal(["Data Sent"]);
    expect((await newestJob(world)).lease.fence).to.equal(2);
    expect(world.buckets.writes.length).to.equal(3);
  }

  it("D2 a worker that was asleep while another took its job over does not end it", () => pausedWorker());

  it("D2 mutant: an end without its fence", async () => {
    expect(await caughtBy(() => pausedWorker(endsAnyway))).to.include("ends");
  });

  const perFile = (texts: readonly string[]): Record<string, number> =>
    texts.reduce<Record<string, number>>((counts, each) => ({ ...counts, [each]: (counts[each] ?? 0) + 1 }), {});

  interface Sweep {
    readonly guard?: Guard;
    /** The next worker has another volume: that of a task ends with it. */
    readonly losesVolume?: boolean;
    /** What stands between the worker and the volume. */
    readonly folders?: (folders: World["folders"]) => Partial<World["folders"]>;
    /** Files that may be sent twice. */
    readonly twice?: number;
  }
  const sweep = (items: Record<string, unknown>[], { guard = asItIs, ...how }: Sweep = {}) =>
    crashSweep({
      world: () => {
        const world = createWorld({ items, limits: { concurrency: 1, maxAttempts: 9, lease: 30_000 } });
        putData(world, { "a.csv": "one", "b.csv": "two", "c.csv": "three" });
        return world;
      },
      ports: PORTS,
      act: (mortal) => work(mortal, mortal),
      check: async (world) => {
        world.queue.expire();
        if (how.losesVolume === true) world.folders.loseVolume();
        const changed = guarded(world, guard);
        const folders = Object.assign(Object.create(world.folders) as World["folders"], how.folders?.(world.folders));
        await work({ ...changed, folders }, world);

        expect((await newestJob(world)).status, "the job").to.equal("Succeeded");
        const sent = perFile([...world.buckets.writes, ...world.folders.delivered]);
        expect(Object.keys(sent).length, "files").to.equal(3 * items.length);
        const twice = Object.values(sent).filter((times) => times > 1);
        expect(twice.length, "files sent again").to.be.at.most(how.twice ?? 1);
        expect(Object.keys(world.buckets.texts(TARGET)).length).to.equal(
          3 * items.filter(({ transfer_type: type }) => type === "S3").length,
        );
      },
    });

  it("D2 F8 killed at any call, the next worker sends only what is missing: to a bucket", async () => {
    expect(await sweep([row()])).to.include.members([
      "ledger.claim",
      "ledger.savePlan",
      "targets.copy",
      "ledger.finish",
    ]);
  });

  it("D2 F8 killed at any call, the next worker sends only what is missing: by the agent", async () => {
    expect(await sweep([sftRow()])).to.include.members(["folders.order", "folders.receipt", "ledger.record"]);
  });

  /** Mutant: no order says that its file may be there. */
  const unasking = ({ order }: World["folders"]): Partial<World["folders"]> => ({
    order(this: World["folders"], draft, body) {
      return order.call(this, { ...draft, mayBeThere: undefined }, body);
    },
  });
  const newVolume = { losesVolume: true, twice: 0 } as const;

  it("D2 F8 killed at any call with its volume, the next worker sends every file once by the agent, which asks", async () => {
    expect(await sweep([sftRow()], newVolume)).to.include.members(["folders.order", "folders.news", "ledger.record"]);
  });

  it("D2 mutant: orders that do not say that the file may be there", async () => {
    expect(await caughtBy(() => sweep([sftRow()], { ...newVolume, folders: unasking }))).to.include("files sent again");
  });

  it("D2 mutant: a redelivery that sends everything", async () => {
    const forgetful: Guard = () => ({ receipts: async () => [] });
    const outcome = caughtBy(() => sweep([sftRow()], { guard: forgetful, folders: unasking }));
    expect(await outcome).to.include("files sent again");
  });
});
