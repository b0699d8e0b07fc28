import { expect } from "chai";
import fc from "fast-check";
import type { ObjectStore } from "../../src/core/ports";
import { promoteObject } from "../../src/operations/promote-object";
import { withHook } from "../support/faulty";
import { randomNumbers, SEED } from "../support/seeds";
import { consumerOf, createWorld, drain, messageAbout, orderAbout, textAt } from "../support/world";

/** What happens at the source, and how its events come out at the other end. */
interface History {
  /** Key and content of each put, in order. */
  readonly puts: readonly (readonly [string, string])[];
  /** How often each event is delivered. */
  readonly deliveries: readonly number[];
  readonly seed: number;
}

// Few contents, so that one comes back after another: A, B, A is where equal ETags deceive.
const histories: fc.Arbitrary<History> = fc
  .array(fc.tuple(fc.constantFrom("k1", "k2", "k3"), fc.constantFrom("A", "B", "C")), { minLength: 1, maxLength: 8 })
  .chain((puts) =>
    fc.record({
      puts: fc.constant(puts),
      deliveries: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: puts.length, maxLength: puts.length }),
      seed: fc.integer(),
    }),
  );

const settle = (turns: number): Promise<void> =>
  turns === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(settle(turns - 1))));

/** Calls that take a random time before and after they take effect; so does the time between a copy's read and write. */
function jittery(store: ObjectStore, random: () => number): ObjectStore {
  const pause = (): Promise<void> => settle(Math.floor(random() * 4));
  return withHook(store, { before: pause, after: pause });
}

/** Plays a history: puts and deliveries interleave; returns the keys whose target is not the source's last content. */
async function play({ puts, deliveries, seed }: History, ignoresConditions = false): Promise<readonly string[]> {
  const random = randomNumbers(seed);
  const betweenReadAndWrite = (): Promise<void> => settle(Math.floor(random() * 6));
  const world = createWorld({ objects: { betweenReadAndWrite, ignoresConditions } });
  const objects = jittery(world.objects, random);
  const running: Promise<unknown>[] = [];
  for (const [index, [key, content]] of puts.entries()) {
    const order = orderAbout(world.objects.plant(world.hop.source, key, content));
    for (let copy = 0; copy < (deliveries[index] ?? 1); copy += 1) {
      const late = settle(Math.floor(random() * 30));
      // An order that fails comes again; that it does so is A1's business.
      running.push(late.then(() => promoteObject({ ...world, objects }, order)).catch((error: unknown) => error));
    }
    await settle(Math.floor(random() * 10));
  }
  await Promise.all(running);
  return [...new Set(puts.map(([key]) => key))].filter(
    (key) => textAt(world, "target", key) !== textAt(world, "source", key),
  );
}

describe("A3 an older event never replaces newer content", () => {
  it("A3 whatever is put and however its events are repeated, reordered and interleaved", async () => {
    const holds = fc.asyncProperty(histories, async (history) => {
      expect(await play(history)).to.deep.equal([]);
    });
    await fc.assert(holds, { seed: SEED, numRuns: 600 });
  }).timeout(120_000);

  it("A3 the test notices copies without conditions", async () => {
    const holds = fc.asyncProperty(histories, async (history) => (await play(history, true)).length === 0);

    expect((await fc.check(holds, { seed: SEED, numRuns: 3000 })).failed).to.equal(true);
  }).timeout(120_000);

  /** A, then B, then A again: its event finds A at the target just before B is put over it, and rightly does nothing. */
  async function overtake(change: (store: ObjectStore) => ObjectStore): Promise<string | undefined> {
    const world = createWorld();
    await promoteObject(world, orderAbout(world.objects.plant(world.hop.source, "k", "A")));
    const second = orderAbout(world.objects.plant(world.hop.source, "k", "B"));
    let overtaken = false;
    const objects = withHook(change(world.objects), {
      after: (call) => {
        if (call !== "copy" || overtaken || textAt(world, "target", "k") !== "B") return;
        overtaken = true;
        world.objects.plant(world.hop.source, "k", "A");
      },
    });
    await promoteObject({ ...world, objects }, second);
    return textAt(world, "target", "k");
  }

  it("A3 a writer that was overtaken by an equal content looks again", async () => {
    expect(await overtake((store) => store)).to.equal("A");
  });

  it("A3 the test notices a writer that does not look again", async () => {
    const once = (store: ObjectStore): ObjectStore => {
      const seen = new Map<string, ReturnType<ObjectStore["head"]>>();
      return new Proxy(store, {
        get: (target, name) =>
          name === "head"
            ? (...args: Parameters<ObjectStore["head"]>) => {
                const id = JSON.stringify(args);
                const answer = seen.get(id) ?? target.head(...args);
                seen.set(id, answer);
                return answer;
              }
            : (Reflect.get(target, name) as unknown),
      });
    };

    expect(await overtake(once)).to.equal("B");
  });
});

describe("A2 any number of deliveries have the effect of one", () => {
  it("A2 makes one version for each version of the source, and one record", async () => {
    const world = createWorld();
    const message = messageAbout(world, world.objects.plant(world.hop.source, "a", "1"));
    world.queue.push(message, message, message);
    await drain(world, consumerOf(world), 2);
    const second = messageAbout(world, world.objects.plant(world.hop.source, "a", "2"), "0055AED6DCD90281E6");
    world.queue.push(message, second, second, message);
    await drain(world, consumerOf(world), 1);

    expect(world.objects.history(world.hop.target, "a").map(({ body }) => Buffer.from(body).toString())).to.deep.equal([
      "1",
      "2",
    ]);
    expect(world.ledger.all).to.have.length(2);
  });

  it("A2 the test notices a store that copies over what is there", async () => {
    const world = createWorld({ objects: { ignoresConditions: true } });
    const message = messageAbout(world, world.objects.plant(world.hop.source, "a", "1"));
    world.queue.push(message, message);

    await drain(world, consumerOf(world), 1);

    expect(world.objects.history(world.hop.target, "a")).to.have.length(2);
  });
});
