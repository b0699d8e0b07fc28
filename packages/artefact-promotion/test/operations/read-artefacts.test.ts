import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { createArtefactClient } from "../../src/library-memory";
import { createWorld } from "../support/world";

describe("listVersions", () => {
  it("tells versions, and that there is no artefact of that key", async () => {
    const world = createWorld();
    const old = world.objects.plant(world.hop.source, "a", "old");
    const current = world.objects.plant(world.hop.source, "a", "new");
    const client = createArtefactClient(world);

    const versions = await client.listVersions({ key: "a" });
    expect(versions.map(({ versionId }) => versionId)).to.deep.equal([current.versionId, old.versionId]);
    expect(await rejectionOf(client.listVersions({ key: "b" }))).to.have.property("code", "artefact-not-found");
  });
});

describe("diffArtefacts", () => {
  it("tells how far it is after each page", async () => {
    const world = createWorld();
    for (let n = 0; n < 1500; n += 1) world.objects.plant(world.hop.source, `k${String(n).padStart(4, "0")}`, "x");
    const seen: number[] = [];

    await createArtefactClient(world).diffArtefacts({
      onDifference: () => undefined,
      onProgress: (scanned) => seen.push(scanned),
    });

    expect(seen).to.deep.equal([1000, 1500]);
  });
});
