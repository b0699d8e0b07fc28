import { expect } from "chai";
import { EventShim, shuffled, type BatchHandler, type EventShimOptions } from "../src/event-shim";
import { randomNumbers, seededIt } from "../src/seeds";
import { letOthersRun } from "../src/virtual-time";

const GOOD = Array.from({ length: 50 }, (_, n) => `e${n}`);

/** A function that writes down what it gets, and fails at what it cannot work on. */
function listener(fails: (body: string, receives: number) => boolean = () => false) {
  const batches: string[][] = [];
  const receives: number[] = [];
  let [running, atOnce] = [0, 0];
  const handle: BatchHandler = async ({ Records }) => {
    atOnce = Math.max(atOnce, (running += 1));
    batches.push(Records.map(({ body }) => body));
    receives.push(...Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
    await letOthersRun(2);
    running -= 1;
    const failed = Records.filter(({ body, attributes }) => fails(body, Number(attributes.ApproximateReceiveCount)));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
  return { handle, batches, receives, atOnce: () => atOnce };
}

async function play(options: EventShimOptions, bodies: readonly string[] = GOOD, heard = listener()) {
  const shim = new EventShim(heard.handle, options);
  shim.send(...bodies);
  await shim.drain();
  return { ...heard, shim, bodies: heard.batches.flat() };
}

const timesOf = (bodies: readonly string[], body: string): number => bodies.filter((each) => each === body).length;

describe("the event shim", () => {
  it("is a queue in good order without options: batches of ten, each message once", async () => {
    const { batches, bodies, shim } = await play({});

    expect(batches.map(({ length }) => length)).to.deep.equal([10, 10, 10, 10, 10]);
    expect(bodies).to.deep.equal(GOOD);
    expect(shim.letters).to.deep.equal([]);
  });

  it("delivers again what failed and nothing else, and gives it up in the end", async () => {
    const heard = listener((body) => body === "e3");
    const { bodies, shim } = await play({ maxReceives: 4 }, GOOD, heard);

    expect(timesOf(bodies, "e3")).to.equal(4);
    expect(bodies).to.have.length(GOOD.length + 3);
    expect(shim.letters.map(({ body }) => body)).to.deep.equal(["e3"]);
    expect(heard.receives.slice(-3)).to.deep.equal([2, 3, 4]);
  });

  it("takes an error for the failure of the whole batch", async () => {
    const shim = new EventShim(() => Promise.reject(new Error("out of memory")), { maxReceives: 2 });
    shim.send("a", "b");
    await shim.drain();

    expect(shim.letters.map(({ body }) => body)).to.deep.equal(["a", "b"]);
    expect(shim.errors).to.have.length(2);
  });

  seededIt("repeats each message once to five times", async (seed) => {
    const { bodies } = await play({ seed, copies: 5 });

    const times = GOOD.map((body) => timesOf(bodies, body));
    expect([...new Set(times)].sort()).to.deep.equal([1, 2, 3, 4, 5]);
  });

  seededIt("brings messages in any order, and late ones after others that came later", async (seed) => {
    const mixed = await play({ seed, shuffle: true });
    const late = await play({ seed, late: 3, batchSize: 5 });

    for (const { bodies } of [mixed, late]) {
      expect(bodies).not.to.deep.equal(GOOD);
      expect([...bodies].sort()).to.deep.equal([...GOOD].sort());
    }
  });

  seededIt("loses batches, before or after the function saw them, and delivers them again", async (seed) => {
    const { bodies, receives, shim } = await play({ seed, lost: 0.4, maxReceives: 50, batchSize: 1 });

    expect(GOOD.filter((body) => timesOf(bodies, body) === 0)).to.deep.equal([]);
    expect(bodies.length, "answers lost").to.be.above(GOOD.length);
    expect(Math.max(...receives), "lost before the function saw it").to.be.above(1);
    expect(receives.filter((each) => each === 1).length, "dropped the first time").to.be.below(GOOD.length);
    expect(shim.letters).to.deep.equal([]);
  });

  it("has batches worked on side by side", async () => {
    expect((await play({ workers: 1 })).atOnce()).to.equal(1);
    expect((await play({ workers: 4 })).atOnce()).to.equal(4);
  });

  seededIt("puts poison into a good batch", async (seed) => {
    const heard = listener((body) => body === "poison");
    const { batches, shim } = await play({ seed, poison: ["poison"] }, GOOD, heard);

    const first = batches.find((batch) => batch.includes("poison")) ?? [];
    expect(first).to.have.length(10);
    expect(shim.letters.map(({ body }) => body)).to.deep.equal(["poison"]);
    expect(GOOD.filter((body) => timesOf(batches.flat(), body) !== 1)).to.deep.equal([]);
  });

  seededIt("does the same again for the same seed, and something else for another", async (seed) => {
    const options = { copies: 5, shuffle: true, late: 3, lost: 0.3, workers: 3, maxReceives: 50 };
    const [one, again, other] = [
      await play({ ...options, seed }),
      await play({ ...options, seed }),
      await play({ ...options, seed: seed + 1 }),
    ];

    expect(again.batches).to.deep.equal(one.batches);
    expect(other.batches).not.to.deep.equal(one.batches);
  });

  it("takes messages while others are under way", async () => {
    const heard = listener();
    const shim = new EventShim(heard.handle);
    shim.send("a");
    const running = shim.deliver();
    shim.send("b");
    await running;
    await shim.drain();

    expect(heard.batches).to.deep.equal([["a"], ["b"]]);
    expect(shim.rounds).to.equal(2);
  });
});

describe("shuffled", () => {
  it("keeps every thing, and can put each anywhere", () => {
    const random = randomNumbers(1);
    const orders = new Set(Array.from({ length: 200 }, () => shuffled(random, ["a", "b", "c"]).join("")));

    expect([...orders].sort()).to.deep.equal(["abc", "acb", "bac", "bca", "cab", "cba"]);
  });
});
