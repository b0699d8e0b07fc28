import {
  caughtBy,
  crashSweep,
  randomIndex,
  randomNumbers,
  runKilled,
  seededIt,
  withHooks,
  type Around,
  type CrashPoint,
} from "@slipway/testing";
import { expect } from "chai";
import type { BackfillJob } from "../../../packages/artefact-promotion/src/core/ledger";
import { createBackfillArtefacts } from "../../../packages/artefact-promotion/src/handlers/backfill-artefacts";
import { createReconcileArtefacts } from "../../../packages/artefact-promotion/src/handlers/reconcile-artefacts";
import { createArtefactClient } from "../../../packages/artefact-promotion/src/library-memory";
import {
  consumerOf,
  countMissing,
  createWorld,
  drain,
  numbered,
  plantMany,
  PORTS,
  type World,
} from "../../../packages/artefact-promotion/test/support/world";

const PAGE = 1000;
/** Three pages. */
const MANY = 2_100;

type Change = (world: World) => World;
const asItIs: Change = (world) => world;

function worldOf(count: number): World {
  const world = createWorld({ limits: { keysOfPage: PAGE } });
  plantMany(world, count);
  return world;
}

/** Mutant: where the work stands is noted before it is done. */
const notesTooEarly: Change = (world) => {
  const ahead = (key: string | undefined): string | undefined => key && numbered(Number(key.slice(1)) + PAGE);
  const { ledger } = world;
  const around: Around = async (call, run, [value]) => {
    if (call === "ledger.saveReconcileCursor") return ledger.saveReconcileCursor(ahead(value as string | undefined));
    if (call !== "ledger.saveJob") return run();
    const job = value as BackfillJob;
    return ledger.saveJob({ ...job, cursor: ahead(job.cursor ?? numbered(0)) });
  };
  return withHooks(world, ["ledger"], around);
};

/** Mutant: the queue says that it has messages which it only has when the next call is done. */
const queuesTooLate: Change = (world) => {
  let owed: () => Promise<unknown> = async () => undefined;
  const around: Around = async (call, run) => {
    const answer = call === "queue.send" ? undefined : await run();
    const due = owed;
    owed = call === "queue.send" ? run : async () => undefined;
    await due();
    return answer;
  };
  return withHooks(world, ["queue", "ledger"], around);
};

function expectAllAskedFor({ queue }: World, count: number): void {
  const asked = new Set(queue.messages.map(({ body }) => (JSON.parse(body) as { key: string }).key));
  const never = Array.from({ length: count }, (_, n) => numbered(n)).filter((key) => !asked.has(key));
  expect(never.length, "never asked for").to.equal(0);
}

describe("A8 what is older than the wiring can be promoted, and the work can be resumed", () => {
  /** Copies here, is killed at a point, and goes on with the job that it left. */
  async function killAndResume(at: CrashPoint, change: Change): Promise<void> {
    const world = worldOf(MANY);
    const backfill = (deps: World, resume?: "latest") =>
      createArtefactClient(deps).backfill({ queueAbove: Infinity, ...(resume && { resume }) });
    const ended = await runKilled(change(world), PORTS, at, (mortal) => backfill(mortal));
    expect(ended, "killed").to.deep.equal({ killed: true });
    const [job] = await world.ledger.jobs(1);
    if (job?.status !== "finished") await backfill(change(world), job && "latest");

    expect(countMissing(world, MANY), "missing").to.equal(0);
    expect(world.ledger.all.length, "records").to.equal(MANY);
    const twice = Array.from({ length: MANY }, (_, n) => world.objects.history(world.hop.target, numbered(n)).length);
    expect(new Set(twice), "versions of each").to.deep.equal(new Set([1]));
  }

  seededIt("A8 F8 killed in the middle of a random page, it goes on and skips nothing", async (seed) => {
    const random = randomNumbers(seed);
    for (let round = 0; round < 6; round += 1) {
      const when = random() < 0.5 ? "before" : "after";
      await killAndResume({ call: 10 + randomIndex(random, MANY), when }, asItIs);
    }
  }).timeout(120_000);

  it("A8 mutant: a cursor that is noted too early", async () => {
    expect(await caughtBy(() => killAndResume({ call: 500, when: "after" }, notesTooEarly))).to.include("missing");
  }).timeout(60_000);

  const sweepOfCopies = () =>
    crashSweep({
      world: () => worldOf(4),
      ports: PORTS,
      act: (mortal) => createArtefactClient(mortal).backfill(),
      check: async (world) => {
        const [job] = await world.ledger.jobs(1);
        if (job?.status !== "finished") await createArtefactClient(world).backfill(job && { resume: "latest" });
        expect(countMissing(world, 4)).to.equal(0);
        expect(world.ledger.all.map(({ key }) => key).sort()).to.deep.equal([0, 1, 2, 3].map(numbered));
        expect(await world.ledger.jobs(9)).to.have.length(1);
        expect((await world.ledger.jobs(1))[0]).to.have.property("status", "finished");
      },
    });

  it("A8 F8 a backfill that copies here, killed around any of its calls", async () => {
    expect(await sweepOfCopies()).to.include.members(["ledger.saveJob", "objects.copy", "ledger.record"]);
  });

  const sweepOfFunction = (change: Change) =>
    crashSweep({
      world: () => worldOf(MANY),
      ports: PORTS,
      act: (mortal) => createBackfillArtefacts(change(mortal))({}),
      check: async (world) => {
        const [job] = await world.ledger.jobs(1);
        if (job?.status !== "finished") await createBackfillArtefacts(world)(job && { job_id: job.id });
        expectAllAskedFor(world, MANY);
      },
    });

  it("A8 F8 the function that hands over to the queue, killed around any of its calls", async () => {
    const calls = await sweepOfFunction(asItIs);

    expect(calls.filter((call) => call === "queue.send")).to.have.length(3);
  }).timeout(120_000);

  it("A8 mutant: a function whose cursor is ahead of its queue", async () => {
    expect(await caughtBy(() => sweepOfFunction(notesTooEarly))).to.include("never asked for");
    expect(await caughtBy(() => sweepOfFunction(queuesTooLate))).to.include("never asked for");
  }).timeout(120_000);
});

describe("A8 the reconciler killed around any of its calls", () => {
  const sweep = (change: Change) =>
    crashSweep({
      world: () => worldOf(MANY),
      ports: PORTS,
      act: (mortal) => createReconcileArtefacts(change(mortal))({}),
      check: async (world) => {
        // The next run on schedule goes on where the dead one stood, and the one after that begins anew.
        await createReconcileArtefacts(world)({});
        expectAllAskedFor(world, MANY);
        await createReconcileArtefacts(world)({});
        expect(world.counted.at(-1)?.["DriftedArtefacts"], "drift told").to.equal(MANY);
      },
    });

  it("A8 F8 asks for everything that is missing, and tells", async () => {
    const calls = await sweep(asItIs);

    expect(calls).to.include.members(["queue.send", "ledger.saveReconcileCursor", "events.publish"]);
  }).timeout(120_000);

  it("A8 mutant: a cursor that is ahead of the queue", async () => {
    expect(await caughtBy(() => sweep(notesTooEarly))).to.include("never asked for");
    expect(await caughtBy(() => sweep(queuesTooLate))).to.include("never asked for");
  }).timeout(120_000);

  it("A8 a killed reconciler leaves it to the queue: what it asked for arrives", async () => {
    const world = worldOf(30);
    await runKilled(world, PORTS, { call: "ledger.saveReconcileCursor", when: "before" }, (mortal) =>
      createReconcileArtefacts(mortal)({}),
    );

    await drain(world, consumerOf(world));

    expect(countMissing(world, 30)).to.equal(0);
  });
});
