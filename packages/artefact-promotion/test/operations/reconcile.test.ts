import { expect } from "chai";
import { createReconcileArtefacts } from "../../src/handlers/reconcile-artefacts";
import { createArtefactClient } from "../../src/library-memory";
import { consumerOf, countMissing, createWorld, drain, plantMany, type World } from "../support/world";

const COUNT = 3_500;

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
    expect(countMissing(world, 5)).to.equal(0);
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
