import { expect } from "chai";
import { createArtefactClient } from "../../src/library-memory";
import type { Difference } from "../../src/core/difference";
import type { BackfillJob } from "../../src/core/ledger";
import type { Ledger } from "../../src/core/ports";
import { createBackfillArtefacts } from "../../src/handlers/backfill-artefacts";
import { createReconcileArtefacts } from "../../src/handlers/reconcile-artefacts";
import { Crash, withHook } from "../support/faulty";
import { randomNumbers, withSeed } from "../support/seeds";
import { consumerOf, createWorld, drain, textAt, type World } from "../support/world";

const COUNT = 3_500;

function plantMany(world: World, count: number): void {
  for (let n = 0; n < count; n += 1) world.objects.plant(world.hop.source, `k${String(n).padStart(5, "0")}`, `${n}`);
}

const missing = (world: World, count: number): number =>
  Array.from({ length: count }, (_, n) => n).filter(
    (n) => textAt(world, "target", `k${String(n).padStart(5, "0")}`) !== `${n}`,
  ).length;

/** Runs a backfill that dies at a call, goes on with it, and tells how many artefacts it never got to. */
async function killAndResume(world: World, point: number, change: (ledger: Ledger) => Ledger): Promise<number> {
  let step = 0;
  const die = (): void => {
    if ((step += 1) >= point) throw new Crash(`at call ${point}`);
  };
  const mortal = {
    ...world,
    objects: withHook(world.objects, { before: die }),
    ledger: change(withHook(world.ledger, { before: die })),
    // A dead process hands nothing over either.
    queue: withHook(world.queue, { before: die }),
  };
  await createArtefactClient({ ...world, ...mortal, queue: world.queue })
    .backfill({ queueAbove: Infinity })
    .catch((error: unknown) => error);
  const resumable = (await world.ledger.jobs(1))[0];
  if (resumable === undefined) return COUNT;
  if (resumable.status !== "finished") {
    await createArtefactClient(world).backfill({ resume: "latest", queueAbove: Infinity });
  }
  await drain(world, consumerOf(world), 100);
  return missing(world, COUNT);
}

/** The guard removed: the cursor is noted before its page is done. */
const cursorFirst = (ledger: Ledger): Ledger =>
  new Proxy(ledger, {
    get: (target, name) =>
      name === "saveJob"
        ? (job: BackfillJob) => target.saveJob({ ...job, cursor: "k02500", status: "running" })
        : (Reflect.get(target, name) as unknown),
  });

describe("A8 what is older than the wiring can be promoted, and the work can be resumed", () => {
  it("A8 a backfill that is killed anywhere goes on and skips nothing", () =>
    withSeed(async (seed) => {
      const random = randomNumbers(seed);
      for (let round = 0; round < 6; round += 1) {
        const world = createWorld();
        plantMany(world, COUNT);

        expect(await killAndResume(world, 1 + Math.floor(random() * COUNT), (ledger) => ledger)).to.equal(0);
        expect(world.ledger.all).to.have.length(COUNT);
      }
    })).timeout(120_000);

  it("A8 the test notices a cursor that runs ahead", async () => {
    const world = createWorld();
    plantMany(world, COUNT);

    expect(await killAndResume(world, 500, cursorFirst)).to.be.above(0);
  });

  it("A8 copies only what is missing or different, lists it in a dry run, and tells how far it is", async () => {
    const world = createWorld();
    plantMany(world, 30);
    const client = createArtefactClient(world);
    await client.backfill();
    world.objects.plant(world.hop.source, "k00001", "changed");
    world.objects.plant(world.hop.source, "new", "new");
    world.objects.plant(world.hop.target, "extra", "extra");
    const listed: Difference[] = [];

    const dry = await client.backfill({ dryRun: true, onDifference: (difference) => listed.push(difference) });
    expect(listed.map(({ key, kind }) => [key, kind])).to.deep.equal([
      ["k00001", "different"],
      ["new", "missing"],
    ]);
    expect(dry).to.deep.equal({
      planned: { artefacts: 2, bytes: 10 },
      counts: { scanned: 0, promoted: 0, bytes: 0, queued: 0, skipped: 0 },
    });

    const phases: string[] = [];
    const { job, counts } = await client.backfill({
      onProgress: ({ phase, done, total }) => phases.push(`${phase} ${done}/${total ?? "?"}`),
    });
    expect(counts).to.deep.equal({ scanned: 31, promoted: 2, bytes: 10, queued: 0, skipped: 0 });
    expect(job?.status).to.equal("finished");
    expect(phases).to.deep.equal(["planning 31/?", "promoting 1/2", "promoting 2/2"]);
    expect(world.ledger.all.at(-1)).to.deep.include({ trigger: "backfill" });
    expect(textAt(world, "target", "extra")).to.equal("extra");
  });

  it("A8 hands more than a few over to the queue", async () => {
    const world = createWorld();
    plantMany(world, 25);

    const { counts } = await createArtefactClient(world).backfill({ queueAbove: 20 });
    expect(counts).to.deep.include({ promoted: 0, queued: 25 });
    expect(world.queue.messages).to.have.length(25);

    await drain(world, consumerOf(world));
    expect(missing(world, 25)).to.equal(0);
    expect(world.ledger.all[0]).to.deep.include({ trigger: "backfill" });
  });

  it("A8 stops cleanly when it is asked to, and goes on later", async () => {
    const world = createWorld({ limits: { objectsAtOnce: 1 } });
    plantMany(world, 30);
    const abort = new AbortController();
    const client = createArtefactClient(world);

    const stopped = await client.backfill({
      signal: abort.signal,
      onProgress: ({ phase, done }) => (phase === "promoting" && done === 10 ? abort.abort() : undefined),
    });
    expect(stopped.job?.status).to.equal("cancelled");
    expect(stopped.counts.promoted).to.equal(10);

    const resumed = await client.backfill({ resume: "latest" });
    expect(resumed.job).to.deep.include({ id: stopped.job?.id, status: "finished" });
    expect(resumed.counts.promoted).to.equal(20);
    expect(missing(world, 30)).to.equal(0);
  });

  it("A8 an artefact that cannot be copied goes to the queue, and from there to the dead letters", async () => {
    const world = createWorld();
    plantMany(world, 3);
    const objects = withHook(world.objects, {
      before: (call) => {
        if (call === "copy") throw new Error("denied");
      },
    });

    const { counts } = await createArtefactClient({ ...world, objects }).backfill();
    expect(counts).to.deep.include({ promoted: 0, queued: 3 });

    await drain(world, consumerOf({ ...world, objects }));
    expect(world.queue.letters).to.have.length(3);
  });

  it("A8 the function goes on where its time ran out", async () => {
    const world = createWorld();
    plantMany(world, COUNT);
    const handle = createBackfillArtefacts(world);
    let calls = 0;
    const context = { awsRequestId: "r", getRemainingTimeInMillis: () => ((calls += 1) > 2 ? 0 : 900_000) };

    const first = await handle({}, context);
    expect(first.status).to.equal("paused");
    const second = await handle({ job_id: first.job_id });

    expect(second).to.deep.include({ status: "finished", queued: COUNT, job_id: first.job_id });
  });
});

describe("the reconciler", () => {
  const reconcilerOf = (world: World) => createReconcileArtefacts(world);

  it("tells drift by count, event and metric, and mends it through the queue", async () => {
    const world = createWorld();
    plantMany(world, 5);
    await createArtefactClient(world).backfill();
    world.objects.remove(world.hop.target, "k00001");
    world.objects.plant(world.hop.target, "k00002", "spoilt");
    world.objects.plant(world.hop.target, "extra", "extra");

    const report = await reconcilerOf(world)({});

    expect(report).to.deep.include({ repairs: 2, complete: true });
    expect(report.counts).to.deep.equal({ missing: 1, different: 1, extra: 1, held: 0, "in-flight": 0 });
    expect(world.counted.at(-1)).to.deep.equal({ DriftedArtefacts: 2, ExtraArtefacts: 1 });
    expect(world.events.published.at(-1)).to.have.property("type", "Artefact Drift Detected");

    await drain(world, consumerOf(world));
    expect(missing(world, 5)).to.equal(0);
    expect((await reconcilerOf(world)({})).counts).to.deep.include({ missing: 0, different: 0 });
  });

  it("leaves alone what is on its way", async () => {
    const world = createWorld({ hop: { grace: 24 * 60 * 60_000 } });
    plantMany(world, 2);

    const report = await reconcilerOf(world)({});

    expect(report.counts).to.deep.include({ missing: 0, "in-flight": 2 });
    expect(world.queue.messages).to.deep.equal([]);
  });

  it("takes objects in parts or under a key for equal, where their checksums are", async () => {
    const world = createWorld();
    world.objects.plant(world.hop.source, "a", "same", { etag: "x-3" });
    world.objects.plant(world.hop.target, "a", "same", { keyed: true, etag: "y" });

    expect((await reconcilerOf(world)({})).counts).to.deep.include({ different: 0 });
  });

  it("goes on in the next run where its time ran out", async () => {
    const world = createWorld();
    plantMany(world, COUNT);
    const short = { awsRequestId: "r", getRemainingTimeInMillis: () => 0 };

    for (let run = 0; run < 4; run += 1) await reconcilerOf(world)({}, short);

    expect(world.queue.messages).to.have.length(COUNT);
  });
});

describe("an earlier version", () => {
  it("is promoted on purpose, and neither late events nor the reconciler undo it until something newer comes", async () => {
    const world = createWorld({ requester: { id: "arn:ada", name: "ada" } });
    const client = createArtefactClient(world);
    const old = world.objects.plant(world.hop.source, "a", "old");
    const bad = world.objects.plant(world.hop.source, "a", "bad");
    await client.promoteArtefact({ key: "a" });

    const result = await client.promoteArtefact({ key: "a", versionId: old.versionId, reason: "bad breaks" });
    expect(result.outcome).to.equal("promoted");
    expect(result.hold).to.deep.include({ versionId: old.versionId, against: bad.versionId, reason: "bad breaks" });
    expect(textAt(world, "target", "a")).to.equal("old");

    expect((await reconcilerReport(world)).counts).to.deep.include({ held: 1, different: 0 });
    await createArtefactClient(world).backfill();
    expect(textAt(world, "target", "a")).to.equal("old");

    world.objects.plant(world.hop.source, "a", "good");
    await createArtefactClient(world).backfill();
    expect(textAt(world, "target", "a")).to.equal("good");
    expect(await client.history({ key: "a" })).to.have.length(3);
    expect((await client.history()).map(({ requestedBy }) => requestedBy.name)).to.deep.equal(["ada", "ada", "ada"]);
  });

  it("is let go by promoting the current one, and a version that is not there is named", async () => {
    const world = createWorld();
    const client = createArtefactClient(world);
    const old = world.objects.plant(world.hop.source, "a", "old");
    world.objects.plant(world.hop.source, "a", "new");
    await client.promoteArtefact({ key: "a", versionId: old.versionId });

    await client.promoteArtefact({ key: "a" });

    expect(textAt(world, "target", "a")).to.equal("new");
    expect(await world.ledger.hold("a")).to.equal(undefined);
    const error = await client.promoteArtefact({ key: "a", versionId: "nope" }).catch((each: unknown) => each);
    expect(error).to.have.property("code", "artefact-not-found");
  });

  it("is only planned in a dry run", async () => {
    const world = createWorld();
    world.objects.plant(world.hop.source, "a", "x");

    const result = await createArtefactClient(world).promoteArtefact({ key: "a", dryRun: true });

    expect(result.outcome).to.equal("planned");
    expect(textAt(world, "target", "a")).to.equal(undefined);
  });

  const reconcilerReport = (world: World) => createReconcileArtefacts(world)({});
});
