import { caughtBy, createStaleReads, seededIt, withHooks } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import type { MemoryObjectsOptions } from "../../../packages/artefact-promotion/src/library-memory";
import { promoteObject } from "../../../packages/artefact-promotion/src/operations/promote-object";
import { createWorld, orderAbout, textAt, type World } from "../../../packages/artefact-promotion/test/support/world";
import { BAD_DELIVERY, keysOf, novel, play, recurring } from "./histories";

const checksumAt = (world: World, side: "source" | "target", key: string) =>
  world.objects.history(world.hop[side], key).at(-1)?.checksums;

/** Numbers of the puts whose bytes a key of the target had, one after the other. */
const putsSeen = (world: World, key: string): readonly number[] =>
  world.objects.history(world.hop.target, key).map(({ body }) => Number(Buffer.from(body).toString()));

describe("A3 an older event never replaces newer content", () => {
  const endsAsTheSource = (seed: number, numRuns: number, objects: MemoryObjectsOptions = {}): Promise<void> => {
    const property = fc.asyncProperty(recurring, async (history) => {
      const world = await play(history, BAD_DELIVERY, objects);
      for (const key of keysOf(history)) {
        expect(checksumAt(world, "target", key), `the last of ${key}`).to.deep.equal(checksumAt(world, "source", key));
      }
    });
    return fc.assert(property, { seed, numRuns });
  };

  seededIt("A3 F7 the target ends as the source, however events are repeated, reordered and interleaved", (seed) =>
    endsAsTheSource(seed, 400),
  ).timeout(120_000);

  seededIt("A3 mutant: If-None-Match dropped", async (seed) => {
    expect(await caughtBy(() => endsAsTheSource(seed, 3000, { ignoresConditions: "absent" }))).to.include(
      "the last of",
    );
  }).timeout(120_000);

  const onlyGoesForward = (seed: number, numRuns: number, objects: MemoryObjectsOptions = {}): Promise<void> => {
    const property = fc.asyncProperty(novel, async (history) => {
      const world = await play(history, BAD_DELIVERY, objects);
      for (const key of keysOf(history)) {
        const seen = putsSeen(world, key);
        expect(seen, `puts seen at ${key}`).to.deep.equal(seen.toSorted((a, b) => a - b));
      }
    });
    return fc.assert(property, { seed, numRuns });
  };

  seededIt("A3 F7 the target only ever goes forward", (seed) => onlyGoesForward(seed, 400)).timeout(120_000);

  seededIt("A3 mutant: If-Match dropped", async (seed) => {
    expect(await caughtBy(() => onlyGoesForward(seed, 3000, { ignoresConditions: "etag" }))).to.include("puts seen at");
  }).timeout(120_000);

  /** A, then B, then A again: its event finds A at the target just before B is put over it, and rightly does nothing. */
  async function overtake(change: (world: World) => World = (world) => world): Promise<void> {
    const world = createWorld();
    await promoteObject(world, orderAbout(world.objects.plant(world.hop.source, "k", "A")));
    const second = orderAbout(world.objects.plant(world.hop.source, "k", "B"));
    let overtaken = false;
    const after = (call: string): void => {
      if (call !== "objects.copy" || overtaken || textAt(world, "target", "k") !== "B") return;
      overtaken = true;
      world.objects.plant(world.hop.source, "k", "A");
    };
    await promoteObject(withHooks(change(world), ["objects"], { after }), second);
    expect(textAt(world, "target", "k"), "the last of k").to.equal("A");
  }

  it("A3 a writer that was overtaken by an equal content looks again", () => overtake());

  it("A3 mutant: a writer that does not look again", async () => {
    const { around } = createStaleReads(["objects.head"], { seed: 1, rate: 1 });

    expect(await caughtBy(() => overtake((world) => withHooks(world, ["objects"], around)))).to.include("the last");
  });
});
