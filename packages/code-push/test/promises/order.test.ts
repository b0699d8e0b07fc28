import { randomNumbers, SEED, withHooks } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import type { MemoryArchivesOptions } from "../../src/library-memory";
import { noteConsidered, settleLatest } from "../../src/operations/latest";
import { pushCommit } from "../../src/operations/push-commit";
import { archivesOf, createWorld, eventsOf, keyOf, pointerOf, pushOf, repository, SHOP } from "../support/world";

const MAIN = "refs/heads/main";

/** What happens to a branch, and how its events come out at the other end. */
interface History {
  /** Each push: a new commit, or back to the n-th earlier one by force. */
  readonly pushes: readonly (number | undefined)[];
  /** How often each event is delivered. */
  readonly deliveries: readonly number[];
  readonly seed: number;
}

const histories: fc.Arbitrary<History> = fc
  .array(fc.option(fc.nat(3), { nil: undefined, freq: 3 }), { minLength: 1, maxLength: 7 })
  .chain((pushes) =>
    fc.record({
      pushes: fc.constant(pushes),
      deliveries: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: pushes.length, maxLength: pushes.length }),
      seed: fc.integer(),
    }),
  );

const settle = (turns: number): Promise<void> =>
  turns === 0 ? Promise.resolve() : new Promise((resolve) => setImmediate(() => resolve(settle(turns - 1))));

/** Plays a history with calls that take a random time; returns what is wrong at the end. */
async function play({ pushes, deliveries, seed }: History, archives: MemoryArchivesOptions = {}): Promise<string[]> {
  const random = randomNumbers(seed);
  const world = createWorld({ archives });
  const jitter = { before: () => settle(Math.floor(random() * 4)), after: () => settle(Math.floor(random() * 4)) };
  const deps = withHooks(world, ["archives", "git"], jitter);
  const [shas, running] = [[] as string[], [] as Promise<unknown>[]];
  const moves: string[] = [];
  for (const [index, back] of pushes.entries()) {
    const earlier = back === undefined ? undefined : shas.at(-1 - back);
    if (earlier === undefined) shas.push(world.git.push(SHOP, MAIN, { a: `${index}` }));
    else world.git.reset(SHOP, MAIN, earlier);
    const sha = earlier ?? shas.at(-1) ?? "";
    moves.push(sha);
    for (let copy = 0; copy < (deliveries[index] ?? 1); copy += 1) {
      const late = settle(Math.floor(random() * 40));
      running.push(late.then(() => pushCommit(deps, pushOf(MAIN, sha))).catch((error: unknown) => error));
    }
    await settle(Math.floor(random() * 12));
  }
  await Promise.all(running);
  const wrong: string[] = [];
  if (pointerOf(world)?.sha !== moves.at(-1)) wrong.push("latest is not where the remote is");
  const written = archivesOf(world);
  if (
    written.join() !==
    shas
      .map((sha) => keyOf(sha))
      .sort()
      .join()
  )
    wrong.push("not one archive for each commit");
  for (const key of written) {
    if (world.archives.writes.filter((each) => each.key === key).length !== 1) wrong.push(`${key} was written twice`);
  }
  return wrong;
}

describe("C5 a late older push never replaces a newer one", () => {
  it("C5 whatever is pushed or forced, and however its events are repeated, reordered and interleaved", async () => {
    const holds = fc.asyncProperty(histories, async (history) => {
      expect(await play(history)).to.deep.equal([]);
    });
    await fc.assert(holds, { seed: SEED, numRuns: 300 });
  }).timeout(60_000);

  it("C5 the test notices a bucket without conditions", async () => {
    const holds = fc.asyncProperty(histories, async (history) => {
      return (await play(history, { ignoresConditions: true })).length === 0;
    });

    expect((await fc.check(holds, { seed: SEED, numRuns: 300 })).failed).to.equal(true);
  }).timeout(60_000);

  it("C5 an event about an older commit that comes after the newer one's archives it and leaves latest alone", async () => {
    const world = createWorld();
    const older = world.git.push(SHOP, MAIN, { a: "1" });
    const newer = world.git.push(SHOP, MAIN, { a: "2" });

    await pushCommit(world, pushOf(MAIN, newer));
    await pushCommit(world, pushOf(MAIN, older));

    expect(pointerOf(world)).to.deep.include({ sha: newer, key: keyOf(newer), sequence: 1, announced: true });
    expect(archivesOf(world)).to.have.length(2);
    expect(eventsOf(world, "Source Pushed").map(({ latest }) => latest)).to.deep.equal([true, false]);
  });

  it("C5 a force push back to an older commit moves latest there, and is told", async () => {
    const world = createWorld();
    const older = world.git.push(SHOP, MAIN, { a: "1" });
    await pushCommit(world, pushOf(MAIN, older));
    const newer = world.git.push(SHOP, MAIN, { a: "2" });
    await pushCommit(world, pushOf(MAIN, newer));
    world.git.reset(SHOP, MAIN, older);

    const result = await pushCommit(world, pushOf(MAIN, older));

    expect(result).to.deep.include({ kind: "pushed", latest: true, uploaded: false });
    expect(pointerOf(world)).to.deep.include({ sha: older, sequence: 3 });
    expect(eventsOf(world, "Source Pushed").map(({ sha }) => sha)).to.deep.equal([older, newer, older]);
  });

  it("C5 a push that was read before a newer one settled does not undo it", async () => {
    const world = createWorld();
    const older = world.git.push(SHOP, MAIN, { a: "1" });
    let overtaken = false;
    const { archives } = withHooks(world, ["archives"], {
      before: async (call) => {
        if (call !== "archives.writeText" || overtaken) return;
        overtaken = true;
        await pushCommit(world, pushOf(MAIN, world.git.push(SHOP, MAIN, { a: "2" })));
      },
    });

    await pushCommit({ ...world, archives }, pushOf(MAIN, older));

    expect(pointerOf(world)?.sha).not.to.equal(older);
    expect(pointerOf(world)?.sequence).to.equal(1);
  });

  it("C5 the test notices a pointer that goes to whatever was pushed", async () => {
    const world = createWorld();
    const older = world.git.push(SHOP, MAIN, { a: "1" });
    const newer = world.git.push(SHOP, MAIN, { a: "2" });
    const place = { repository: repository(), ref: MAIN, key: `${SHOP}/main/latest.json` };
    const target = (sha: string) => ({ sha, key: keyOf(sha), commit_time: "2026-11-20T10:00:00.000Z" });
    const believes = (sha: string) => ({ ...world, git: { ...world.git, refs: async () => [{ ref: MAIN, sha }] } });

    await settleLatest(world, place, target(newer));
    await settleLatest(believes(older) as unknown as typeof world, place, target(older));

    expect(pointerOf(world)?.sha).to.equal(older);
    await noteConsidered(world, place, newer);
    expect(pointerOf(world)).to.deep.include({ sha: older, considered: newer });
  });
});
