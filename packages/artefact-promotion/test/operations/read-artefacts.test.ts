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

  for (const [asked, expected] of [
    ["app/new/", ["app/new/1"]],
    ["ap", ["app/1", "app/new/1"]],
    ["zzz/", []],
  ] as const) {
    it(`looks, of what is promoted, at what begins with ${asked}`, async () => {
      const world = createWorld();
      for (const key of ["app/1", "app/new/1", "zzz/1"]) world.objects.plant(world.hop.source, key, "x");
      const promoted = { ...world, hop: { ...world.hop, filter: { prefix: "app/" } } };
      const seen: string[] = [];

      await createArtefactClient(promoted).diffArtefacts({ prefix: asked, onDifference: ({ key }) => seen.push(key) });

      expect(seen).to.deep.equal(expected);
    });
  }
});
