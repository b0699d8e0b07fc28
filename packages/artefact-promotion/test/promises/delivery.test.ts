import { expect } from "chai";
import { createArtefactClient } from "../../src/library-memory";
import { withHook } from "../support/faulty";
import { randomNumbers, withSeed } from "../support/seeds";
import { consumerOf, createWorld, drain, messageAbout, textAt, type Consume, type World } from "../support/world";

const KEYS = 10_000;

class Fault extends Error {
  override readonly name = "Fault";
}

/** Objects whose calls fail at random: before anything happened, or after it was carried out. */
function unreliable(world: World, seed: number, rate: number): World {
  const random = randomNumbers(seed);
  const maybe = (call: string): void => {
    if (random() < rate) throw new Fault(call);
  };
  const hook = { before: maybe, after: maybe };
  return { ...world, objects: withHook(world.objects, hook), ledger: withHook(world.ledger, hook) };
}

function plantMany(world: World, count: number): void {
  for (let n = 0; n < count; n += 1) {
    world.queue.push(messageAbout(world, world.objects.plant(world.hop.source, `k${n}`, `${n}`)));
  }
}

const missing = (world: World, count: number): number =>
  Array.from({ length: count }, (_, n) => n).filter((n) => textAt(world, "target", `k${n}`) !== `${n}`).length;

/** The guard removed: everything is acknowledged, whatever came of it. */
const acknowledgesAll =
  (consume: Consume): Consume =>
  async (batch) => {
    await consume(batch);
    return [];
  };

describe("A1 every notified object reaches the target, or its event is a dead letter", () => {
  it(`A1 ${KEYS} objects under 5 % faults: none missing, none stale, each in the ledger once`, () =>
    withSeed(async (seed) => {
      const world = createWorld({ maxReceives: 50 });
      plantMany(world, KEYS);

      await drain(world, consumerOf(unreliable(world, seed, 0.05)), 100);

      expect(missing(world, KEYS)).to.equal(0);
      expect(world.queue.letters).to.have.length(0);
      expect(world.ledger.all.map(({ key }) => key).sort()).to.deep.equal(
        Array.from({ length: KEYS }, (_, n) => `k${n}`).sort(),
      );
    })).timeout(120_000);

  it("A1 the test notices a function that acknowledges what failed", () =>
    withSeed(async (seed) => {
      const world = createWorld();
      plantMany(world, 200);

      await drain(world, acknowledgesAll(consumerOf(unreliable(world, seed, 0.05))));

      expect(missing(world, 200)).to.be.above(0);
    }));

  it("A1 a fault that stays makes one dead letter with its reason, and redrive completes it", async () => {
    const world = createWorld();
    const denied = withHook(world.objects, { before: () => Promise.reject(new Fault("access denied to k0")) });
    plantMany(world, 1);

    await drain(world, consumerOf({ ...world, objects: denied }));

    expect(world.queue.letters).to.have.length(1);
    const client = createArtefactClient(world);
    const { letters } = await client.redrive({ dryRun: true });
    expect(letters).to.have.length(1);
    expect(letters[0]).to.deep.include({ keys: ["k0"] });
    expect(letters[0]?.failure).to.deep.include({ key: "k0", reason: "access denied to k0", attempts: 5 });
    expect(world.events.published.at(-1)?.detail).to.deep.include({ final: true, reason: "access denied to k0" });

    expect(await client.redrive()).to.have.property("redriven", 1);
    await drain(world, consumerOf(world));
    expect(missing(world, 1)).to.equal(0);
    expect(world.queue.letters).to.have.length(0);
  });

  it("A1 a poison message takes no good one of its batch along", async () => {
    const world = createWorld();
    plantMany(world, 9);
    world.queue.push("{not json");

    await drain(world, consumerOf(world));

    expect(missing(world, 9)).to.equal(0);
    expect(world.queue.letters.map(({ body }) => body)).to.deep.equal(["{not json"]);
    const [letter] = (await createArtefactClient(world).redrive({ dryRun: true })).letters;
    expect(letter?.failure?.code).to.equal("unreadable-message");
  });

  it("A1 a deleted bucket is a failure with that reason, not an object that is gone", async () => {
    const world = createWorld();
    plantMany(world, 1);
    world.objects.deleteBucket(world.hop.source);

    await drain(world, consumerOf(world));

    const [letter] = (await createArtefactClient(world).redrive({ dryRun: true })).letters;
    expect(letter?.failure?.code).to.equal("bucket-not-found");
  });

  it("A1 what the ledger did not take comes again, and is then in it", async () => {
    const world = createWorld();
    plantMany(world, 3);
    let failures = 2;
    const ledger = withHook(world.ledger, {
      before: (call) => {
        if (call === "record" && (failures -= 1) >= 0) throw new Fault(call);
      },
    });

    await drain(world, consumerOf({ ...world, ledger }));

    expect(world.ledger.all.map(({ key }) => key)).to.deep.equal(["k0", "k1", "k2"]);
    expect(world.objects.history(world.hop.target, "k0")).to.have.length(1);
  });

  it("A1 every crash point of one promotion ends in one copy and one record", async () => {
    let calls = 0;
    const counted = createWorld();
    plantMany(counted, 1);
    const counter = { before: () => void (calls += 1) };
    const watched = {
      ...counted,
      objects: withHook(counted.objects, counter),
      ledger: withHook(counted.ledger, counter),
    };
    await drain(counted, consumerOf(watched));

    for (let point = 1; point <= calls * 2; point += 1) {
      const world = createWorld();
      plantMany(world, 1);
      let step = 0;
      const die = (): void => {
        if ((step += 1) === point) throw new Fault(`at step ${point}`);
      };
      const hook = { before: die, after: die };
      const mortal = { ...world, objects: withHook(world.objects, hook), ledger: withHook(world.ledger, hook) };
      await drain(world, consumerOf(mortal));

      expect(world.objects.history(world.hop.target, "k0"), `crash at ${point}`).to.have.length(1);
      expect(world.ledger.all, `crash at ${point}`).to.have.length(1);
    }
  });
});
