import { expect } from "chai";
import { createReconcileArtefacts } from "../../src/handlers/reconcile-artefacts";
import { createArtefactClient } from "../../src/library-memory";
import { createWorld, textAt, type World } from "../support/world";

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
