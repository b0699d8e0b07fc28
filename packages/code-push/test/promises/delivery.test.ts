import { crashSweep, randomNumbers, withHooks, withSeed } from "@slipway/testing";
import { expect } from "chai";
import { METRICS } from "../../src/contract";
import { pushCommit } from "../../src/operations/push-commit";
import { reconcile } from "../../src/operations/reconcile";
import { createReconcilePushes } from "../../src/handlers/reconcile-pushes";
import { createPushClient } from "../../src/library-memory";
import { createAcceptor, fixture, request, SIGNED } from "../support/webhooks";
import {
  archivesOf,
  consumerOf,
  createWorld,
  drain,
  eventsOf,
  keyOf,
  pointerOf,
  pushOf,
  repository,
  SHOP,
} from "../support/world";

const MAIN = "refs/heads/main";

describe("C1 2xx means that the queue has it", () => {
  /** Sends webhooks to a queue that fails at random, before or after it took the message. */
  async function sendMany(
    seed: number,
    lies: boolean,
  ): Promise<{ accepted: number; stored: number; statuses: Set<number> }> {
    const random = randomNumbers(seed);
    const acceptor = createAcceptor();
    const { queue: flaky } = withHooks(acceptor, ["queue"], {
      before: () => {
        if (random() < 0.2) throw new Error("no answer");
      },
      after: () => {
        if (random() < 0.2) throw new Error("the answer was lost");
      },
    });
    const queue = lies
      ? { send: async (messages: never[]) => void flaky.send(messages).catch(() => undefined) }
      : flaky;
    const { accept } = createAcceptor({ deps: { queue } });
    const body = fixture("github/push.json");
    const [statuses, stored] = [new Set<number>(), [] as boolean[]];
    for (let index = 0; index < 300; index += 1) {
      const before = acceptor.queue.messages.length;
      const { statusCode } = await accept(request("github", SIGNED.github(body), body));
      statuses.add(statusCode);
      if (statusCode < 300) stored.push(acceptor.queue.messages.length > before);
    }
    return { accepted: stored.length, stored: stored.filter(Boolean).length, statuses };
  }

  it("C1 under failures before and after the send every 2xx has its message, and the rest is 503", () =>
    withSeed(async (seed) => {
      const { accepted, stored, statuses } = await sendMany(seed, false);

      expect([...statuses].sort()).to.deep.equal([202, 503]);
      expect(accepted).to.be.above(100);
      expect(stored).to.equal(accepted);
    }));

  it("C1 the test notices an answer that does not wait for the queue", () =>
    withSeed(async (seed) => {
      const { accepted, stored } = await sendMany(seed, true);

      expect(stored).to.be.below(accepted);
    }));
});

describe("C4 missed webhooks are made up for", () => {
  /** Pushes to many refs of two repositories; some webhooks are lost. */
  async function loseSome(seed: number) {
    const random = randomNumbers(seed);
    const other = "git.example.org/octo/other";
    const world = createWorld({ repositories: [repository(), repository({ id: other })] });
    let lost = 0;
    for (let index = 0; index < 60; index += 1) {
      const [id, ref] = [random() < 0.5 ? SHOP : other, `refs/heads/b${Math.floor(random() * 12)}`];
      const sha = world.git.push(id, ref, { a: `${index}` });
      if (random() < 0.2) lost += 1;
      else await world.queue.send([pushOf(ref, sha, { repository: id })]);
    }
    world.git.push(SHOP, "refs/heads/never-told", { a: "x" });
    await drain(world);
    return { world, lost, ids: [SHOP, other] };
  }

  const stale = async (
    world: Awaited<ReturnType<typeof loseSome>>["world"],
    ids: readonly string[],
  ): Promise<number> => {
    let count = 0;
    for (const id of ids) {
      for (const { ref, sha } of await world.git.refs(repository({ id }))) {
        if (pointerOf(world, ref.slice("refs/heads/".length), id)?.sha !== sha) count += 1;
      }
    }
    return count;
  };

  it("C4 with a fifth of the webhooks lost, one reconciliation brings every ref to the remote's head", () =>
    withSeed(async (seed) => {
      const { world, lost, ids } = await loseSome(seed);
      const missing = await stale(world, ids);

      const report = await createReconcilePushes(world)({});
      await drain(world);

      expect(lost).to.be.above(5);
      expect(missing).to.be.above(1);
      expect(report.missed).to.have.length(missing);
      expect(await stale(world, ids)).to.equal(0);
      expect((await reconcile(world)).missed).to.deep.equal([]);
      expect(world.counted.find((each) => METRICS.missed in each)).to.deep.equal({
        [METRICS.missed]: missing,
        [METRICS.unreachable]: 0,
      });
      expect(eventsOf(world, "Missed Pushes Found")[0]).to.deep.include({ missed: missing });
    }));

  it("C4 the test notices when nothing reconciles", () =>
    withSeed(async (seed) => {
      const { world, ids } = await loseSome(seed);

      expect(await stale(world, ids)).to.be.above(0);
    }));

  it("C4 a push that is under way is no missed one", async () => {
    const world = createWorld();
    const sha = world.git.push(SHOP, MAIN, { a: "1" });
    const sleeper = { sleep: async () => void (await pushCommit(world, pushOf(MAIN, sha))) };

    expect((await reconcile({ ...world, sleeper })).missed).to.deep.equal([]);
    expect(world.events.published.map(({ type }) => type)).to.deep.equal(["Source Pushed"]);
  });

  it("C4 leaves deleted branches alone, and goes by the filters", async () => {
    const world = createWorld({ repositories: [repository({ branches: ["main"], tags: ["v*"] })] });
    world.git.push(SHOP, "refs/heads/feature", { a: "1" });
    await pushCommit(world, pushOf(MAIN, world.git.push(SHOP, MAIN, { a: "1" })));
    world.git.deleteRef(SHOP, MAIN);

    expect((await reconcile(world)).missed).to.deep.equal([]);
    expect(pointerOf(world)).not.to.equal(undefined);
  });

  it("C4 a repository that does not answer is told, and the others are compared", async () => {
    const other = "git.example.org/octo/other";
    const world = createWorld({ repositories: [repository({ id: other }), repository()] });
    world.git.unreachable.add(other);
    const sha = world.git.push(SHOP, MAIN, { a: "1" });

    const report = await createReconcilePushes(world)({});

    expect(report.unreachable).to.deep.include.members([
      { repository: other, code: "git-failed", reason: `git ls-remote of ${other} failed: could not resolve host` },
    ]);
    expect(report.missed).to.deep.equal([{ repository: SHOP, ref: MAIN, sha }]);
  });
});

describe("C7 one bad push does not block the others", () => {
  it("C7 poison, an unknown repository and a lost commit end as dead letters, each with its reason", async () => {
    const world = createWorld({ maxReceives: 3 });
    const good = world.git.push(SHOP, MAIN, { a: "1" });
    const lost = pushOf(MAIN, "f".repeat(40));
    world.queue.push(
      "{",
      JSON.stringify(pushOf(MAIN, good, { repository: "git.example.org/x/y" })),
      JSON.stringify(lost),
    );
    await world.queue.send([pushOf(MAIN, good)]);

    await drain(world, consumerOf(world), 4);

    expect(archivesOf(world)).to.deep.equal([keyOf(good)]);
    expect(world.queue.letters).to.have.length(3);
    const failures = eventsOf(world, "Source Push Failed");
    const final = failures.filter((each) => each["final"] === true);
    expect(failures).to.have.length(9);
    expect(final.map(({ code }) => code)).to.deep.equal([
      "unreadable-message",
      "unknown-repository",
      "commit-not-found",
    ]);
    expect(final[2]).to.deep.include({ repository: SHOP, ref: MAIN, attempts: 3, correlation_id: "c1" });
  });

  it("C7 the test notices a handler that fails as a whole", async () => {
    const world = createWorld({ maxReceives: 1 });
    const good = world.git.push(SHOP, MAIN, { a: "1" });
    world.queue.push("{");
    await world.queue.send([pushOf(MAIN, good)]);
    const careless = async (batch: readonly { messageId: string }[]) => batch.map(({ messageId }) => messageId);

    await drain(world, careless, 2);

    expect(archivesOf(world)).to.deep.equal([]);
  });

  it("C7 redrive brings back what was given up, once its cause is gone", async () => {
    const world = createWorld({ maxReceives: 1 });
    const sha = world.git.push(SHOP, MAIN, { a: "1" });
    world.git.unreachable.add(SHOP);
    await world.queue.send([pushOf(MAIN, sha)]);
    world.queue.push("nonsense");
    await drain(world, consumerOf(world), 2);
    world.git.unreachable.delete(SHOP);

    const { letters, redriven } = await createPushClient(world).redrive();
    await drain(world);

    expect(redriven).to.equal(2);
    expect(letters.map(({ message, problem }) => message?.sha ?? problem)).to.deep.equal([sha, "it is no JSON"]);
    expect(pointerOf(world)?.sha).to.equal(sha);
  });
});

describe("exactly once", () => {
  it("every crash point of one push ends in one archive, one receipt, and an event that was told", async () => {
    const calls = await crashSweep({
      world: () => {
        const world = createWorld();
        return { ...world, pushed: world.git.push(SHOP, MAIN, { a: "1" }) };
      },
      ports: ["archives", "events"],
      act: (mortal) => pushCommit(mortal, pushOf(MAIN, mortal.pushed)),
      check: async (world) => {
        const { pushed } = world;
        await pushCommit(world, pushOf(MAIN, pushed));

        expect(world.archives.writes.filter(({ key }) => key === keyOf(pushed))).to.have.length(1);
        expect(pointerOf(world)).to.deep.include({ sha: pushed, announced: true, sequence: 1 });
        expect(world.archives.objects.has(`${keyOf(pushed)}.json`)).to.equal(true);
        expect(world.events.published.length).to.be.within(1, 2);
        expect((await pushCommit(world, pushOf(MAIN, pushed))).kind).to.equal("unchanged");
      },
    });
    expect(calls).to.have.length.above(8);
  });

  it("what the bus did not take comes again, and is told then", async () => {
    const world = createWorld();
    const sha = world.git.push(SHOP, MAIN, { a: "1" });
    let down = true;
    const events = {
      publish: async (event: Parameters<typeof world.events.publish>[0]) =>
        down && event.type === "Source Pushed" ? "no answer" : world.events.publish(event),
    };
    await world.queue.send([pushOf(MAIN, sha)]);

    await world.queue.deliver(1, consumerOf({ ...world, events }));
    expect(world.archives.objects.has(`${keyOf(sha)}.json`)).to.equal(false);
    down = false;
    await drain(world, consumerOf({ ...world, events }));

    expect(eventsOf(world, "Source Pushed")).to.have.length(1);
    expect(eventsOf(world, "Source Push Failed")[0]).to.deep.include({ code: "push-not-announced", final: false });
  });

  it("lists what was pushed, latest first, of one repository or by the beginning of a commit", async () => {
    const other = "git.example.org/octo/other";
    const world = createWorld({ repositories: [repository(), repository({ id: other })] });
    const shas = [];
    for (const id of [SHOP, other, SHOP]) {
      const sha = world.git.push(id, MAIN, { a: `${shas.length}` });
      await pushCommit(world, pushOf(MAIN, sha, { repository: id }));
      shas.push(sha);
    }
    const client = createPushClient(world);

    expect((await client.listPushes()).map(({ sha }) => sha)).to.deep.equal([...shas].reverse());
    expect((await client.listPushes({ repository: other })).map(({ sha }) => sha)).to.deep.equal([shas[1]]);
    expect((await client.listPushes({ sha: shas[0]?.slice(0, 8) })).map(({ sha }) => sha)).to.deep.equal([shas[0]]);
    expect(await client.listPushes({ limit: 1 })).to.have.length(1);
  });
});
