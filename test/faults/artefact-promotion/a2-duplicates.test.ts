import { caughtBy, createStaleReads, seededIt, withHooks } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { createWorld, textAt, type World } from "../../../packages/artefact-promotion/test/support/world";
import { BAD_DELIVERY, keysOf, novel, play, recurring, type History } from "./histories";

type Played = (history: History) => Promise<World>;

/** Versions at the target, and versions of the source that the ledger says they are. */
function expectOneVersionEach(world: World, key: string): void {
  const versions = world.objects.history(world.hop.target, key).map(({ versionId }) => versionId ?? "");
  const promotions = world.ledger.all.filter((each) => each.key === key);
  const promoted = promotions.map(({ sourceVersionId }) => sourceVersionId ?? "");
  expect(versions.length, `versions of ${key}`).to.equal(new Set(promoted).size);
  expect(promotions.map(({ targetVersion }) => targetVersion).sort(), `records of ${key}`).to.deep.equal(
    versions.sort(),
  );
  expect(textAt(world, "target", key)).to.equal(textAt(world, "source", key));
}

describe("A2 any number of deliveries have the effect of one", () => {
  const holds = (seed: number, numRuns: number, histories: fc.Arbitrary<History>, played: Played): Promise<void> => {
    const property = fc.asyncProperty(histories, async (history) => {
      const world = await played(history);
      for (const key of keysOf(history)) expectOneVersionEach(world, key);
    });
    return fc.assert(property, { seed, numRuns });
  };

  seededIt("A2 F7 as many versions as source versions promoted, worked on side by side", (seed) =>
    holds(seed, 150, novel, (history) => play(history)),
  ).timeout(60_000);

  seededIt("A2 F7 the same one after the other, where contents come back", (seed) =>
    holds(seed, 150, recurring, (history) => play(history, { ...BAD_DELIVERY, workers: 1 })),
  ).timeout(60_000);

  seededIt("A2 F6 the same where the ledger answers with what was true before", (seed) =>
    holds(seed, 100, novel, (history) => {
      const stale = createStaleReads(["ledger.promotion", "ledger.hold"], { seed: history.seed, rate: 0.5 });
      return play(history, BAD_DELIVERY, {}, (world) => withHooks(world, ["ledger"], stale.around));
    }),
  ).timeout(60_000);

  seededIt("A2 mutant: copies over what is there (If-None-Match dropped)", async (seed) => {
    const played: Played = (history) => play(history, BAD_DELIVERY, { ignoresConditions: "absent" });

    expect(await caughtBy(() => holds(seed, 150, novel, played))).to.include("versions of");
  }).timeout(60_000);

  it("A2 five deliveries of one event make one version and one record", async () => {
    const world = await play({ puts: [["a", "1"]], seed: 3 }, { copies: 5, maxReceives: 9 });

    expectOneVersionEach(world, "a");
    expect(world.ledger.all).to.have.length(1);
    expect(createWorld().ledger.all).to.deep.equal([]);
  });
});
