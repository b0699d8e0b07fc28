import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import type { Difference } from "../../src/core/difference";
import { createBackfillArtefacts } from "../../src/handlers/backfill-artefacts";
import { createArtefactClient } from "../../src/library-memory";
import type { BackfillProgress } from "../../src/core/progress";
import { promoteObject } from "../../src/operations/promote-object";
import { consumerOf, countMissing, createWorld, drain, orderAbout, plantMany, textAt } from "../support/world";

const COUNT = 3_500;

describe("backfill", () => {
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
      planned: { artefacts: 2, bytes: 10, mode: "direct" },
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

  it("A8 notes each page as it is done with, and its end together with the last", async () => {
    const world = createWorld();
    plantMany(world, 5);
    const noted: unknown[] = [];
    const before = (call: string, [job]: readonly unknown[]): void => {
      if (call === "ledger.saveJob") noted.push(job);
    };
    const limits = { ...world.limits, keysOfPage: 2 };
    await createArtefactClient(withHooks({ ...world, limits }, ["ledger"], { before })).backfill();

    expect(noted).to.have.length(4);
    expect(noted).to.containSubset([
      { status: "running", counts: { promoted: 0 } },
      { status: "running", cursor: "k00001", counts: { promoted: 2 } },
      { status: "running", cursor: "k00003", counts: { promoted: 4 } },
      { status: "finished", cursor: "k00004", counts: { promoted: 5 } },
    ]);
  });

  it("A8 asks when it knows what there is to do, and a no leaves everything as it is", async () => {
    const world = createWorld();
    plantMany(world, 3);
    const client = createArtefactClient(world);
    const asked: unknown[] = [];
    const confirm = async (plan: unknown): Promise<void> => {
      asked.push(plan);
      if (asked.length === 1) throw new Error("no");
    };

    expect(await rejectionOf(client.backfill({ confirm }))).to.have.property("message", "no");
    expect(countMissing(world, 3)).to.equal(3);
    expect([await client.listBackfills(), world.events.published]).to.deep.equal([[], []]);
    await client.backfill({ dryRun: true, confirm });
    await client.backfill({ queueAbove: 2, confirm });
    await drain(world, consumerOf(world));
    await client.backfill({ confirm });

    expect(asked).to.deep.equal([
      { artefacts: 3, bytes: 3, mode: "direct" },
      { artefacts: 3, bytes: 3, mode: "queued" },
    ]);
  });

  it("A8 hands more than a few over to the queue", async () => {
    const world = createWorld();
    plantMany(world, 25);

    const { counts } = await createArtefactClient(world).backfill({ queueAbove: 20 });
    expect(counts).to.deep.include({ promoted: 0, queued: 25 });
    expect(world.queue.messages).to.have.length(25);

    await drain(world, consumerOf(world));
    expect(countMissing(world, 25)).to.equal(0);
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
    expect(countMissing(world, 30)).to.equal(0);
  });

  it("A8 goes on as it began: what copied itself does, and what handed over waits for the queue", async () => {
    const world = createWorld({ limits: { objectsAtOnce: 1 } });
    const client = createArtefactClient(world);
    const stopAt = async (phase: string, queueAbove: number) => {
      const abort = new AbortController();
      const onProgress = (now: BackfillProgress) => (now.phase === phase ? abort.abort() : undefined);
      const { job } = await client.backfill({ queueAbove, signal: abort.signal, onProgress });
      expect(job?.status).to.equal("cancelled");
    };
    plantMany(world, 1010);
    await stopAt("promoting", 2000);
    const direct = await client.backfill({ resume: "latest" });
    expect([direct.planned.mode, direct.job?.counts.promoted, countMissing(world, 1010)]).to.deep.equal([
      "direct",
      1010,
      0,
    ]);

    for (const key of ["x", "y"]) world.objects.plant(world.hop.source, key, key);
    await stopAt("queueing", 1);
    const abort = new AbortController();
    const waited: unknown[] = [];
    const onProgress = ({ phase, total }: BackfillProgress): void => {
      if (phase !== "draining") return;
      waited.push(total);
      abort.abort();
    };
    const queued = await client.backfill({ resume: "latest", waitForQueue: true, signal: abort.signal, onProgress });
    expect([queued.planned.mode, queued.job?.counts.queued, waited]).to.deep.equal(["queued", 2, [2]]);
  });

  it("A8 counts the bytes of what it copied, and not of what it found there", async () => {
    const world = createWorld();
    plantMany(world, 3);
    const client = createArtefactClient(world);
    const confirm = async (): Promise<void> => {
      await promoteObject(world, {
        ...orderAbout(world.objects.plant(world.hop.source, "k00001", "1")),
        redelivered: true,
      });
    };

    const { counts } = await client.backfill({ confirm });
    expect(counts).to.deep.include({ promoted: 2, skipped: 1, bytes: 2 });
  });

  it("A8 an artefact that cannot be copied goes to the queue, and from there to the dead letters", async () => {
    const world = createWorld();
    plantMany(world, 3);
    const before = (call: string): void => {
      if (call === "objects.copy") throw new Error("denied");
    };
    const denied = withHooks(world, ["objects"], { before });

    const { counts } = await createArtefactClient(denied).backfill();
    expect(counts).to.deep.include({ promoted: 0, queued: 3 });

    await drain(world, consumerOf(denied));
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
