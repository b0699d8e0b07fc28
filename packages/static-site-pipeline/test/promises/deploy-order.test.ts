import { randomNumbers, rejectionOf, SEED, withSeed } from "@slipway/testing";
import { expect } from "chai";
import { parseState } from "../../src/core/deploy-state";
import type { SiteStore } from "../../src/core/deploy-ports";
import type { DeployResult } from "../../src/operations/deploy-site";
import { createRollbackSite } from "../../src/operations/rollback-site";
import { brokenReferences } from "../support/crawler";
import { createDeployWorld, hookedStore, RELEASES, type Contents, type DeployWorld } from "../support/deploy-world";

const settle = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Calls that take their time, some so long that others take the process for dead. */
function jittery(store: SiteStore, random: () => number): SiteStore {
  const pause = (): Promise<void> =>
    settle(random() < 0.06 ? 40 + Math.floor(random() * 60) : Math.floor(random() * 3));
  return hookedStore(store, { before: pause, after: pause });
}

const withVersion = (contents: Contents, version: number): Contents => ({
  ...contents,
  "style.css": `v${version % 2}{}`,
  "version.txt": `${version}`,
});

interface Race {
  readonly world: DeployWorld;
  readonly results: readonly (DeployResult | Error)[];
  /** Number of the newest one that was accepted. */
  readonly newest: number;
}

/** Several deploys of rising numbers, some delivered twice, all at once. */
async function race(world: DeployWorld, random: () => number): Promise<Race> {
  await world.deploy(withVersion(RELEASES[0] ?? {}, 0), { release: "r0", sequence: 0 });
  const numbers = [1, 2, 3].flatMap((number) => (random() < 0.3 ? [number, number] : [number]));
  const running = numbers.map(async (number): Promise<DeployResult | Error> => {
    await settle(Math.floor(random() * 60));
    const ids = { next: () => `${number}-${Math.floor(random() * 1e9)}` };
    const one = world.with({ store: jittery(world.deps.store, random), ids });
    const contents = withVersion(RELEASES[number % RELEASES.length] ?? {}, number);
    return one.deploy(contents, { release: `r${number}`, sequence: number }).catch((error: Error) => error);
  });
  const results = await Promise.all(running);
  return { world, results, newest: 3 };
}

/** What is wrong once all is over. */
function wrongIn({ world, results, newest }: Race): readonly string[] {
  const state = parseState("pointer", world.site.current(".slipway/live/current.json")?.body?.toString() ?? "");
  const contents = withVersion(RELEASES[newest % RELEASES.length] ?? {}, newest);
  const live = world.live();
  const files = Object.entries(contents).flatMap(([path, text]) => (live[path] === text ? [] : [`${path} is another`]));
  const broken = brokenReferences(world.site);
  const current = state.releases[0]?.id === `r${newest}` ? [] : [`${state.releases[0]?.id} is live`];
  const odd = results.flatMap((result) =>
    result instanceof Error && (result as { code?: string }).code !== "deploy-claim-lost" ? [result.message] : [],
  );
  return [...files, ...broken, ...current, ...odd];
}

describe("P2 of deploys at once the newest ends live", () => {
  const rounds = async (count: number, seed: number, options = {}) => {
    const wrong: string[] = [];
    let takenOver = 0;
    for (let round = 0; round < count; round += 1) {
      const over = await race(createDeployWorld(options), randomNumbers(seed + round));
      wrong.push(...wrongIn(over));
      takenOver += over.results.filter((result) => result instanceof Error).length;
    }
    return { wrong, takenOver };
  };

  it("P2 however they interleave, and however long one of them sleeps", async () => {
    await withSeed(async (seed) => {
      const { wrong, takenOver } = await rounds(250, seed);

      expect(wrong).to.deep.equal([]);
      expect(takenOver).to.be.greaterThan(0);
    }, SEED);
  }).timeout(120_000);

  it("P2 the test notices a bucket without conditions", async () => {
    expect((await rounds(60, SEED, { ignoresConditions: true })).wrong).to.not.deep.equal([]);
  }).timeout(60_000);

  it("P2 the older one that comes later is superseded, and changes nothing", async () => {
    const world = createDeployWorld();
    await world.deploy(RELEASES[1] ?? {}, { sequence: 7, release: "r7" });
    const before = world.live();

    const result = await world.deploy(RELEASES[0] ?? {}, { sequence: 6, release: "r6" });

    expect(result).to.deep.include({ kind: "superseded", sequence: 7 });
    expect(world.live()).to.deep.equal(before);
  });

  it("P2 a revert to earlier contents is newer than what it reverts", async () => {
    const world = createDeployWorld();
    await world.deploy(RELEASES[0] ?? {}, { sequence: 1 });
    await world.deploy(RELEASES[1] ?? {}, { sequence: 2 });

    expect(await world.deploy(RELEASES[0] ?? {}, { sequence: 4 })).to.have.property("kind", "deployed");
    expect(world.live()).to.deep.include(RELEASES[0]);
    // Its contents are live already: it counts all the same, so that what is older than it stays out.
    expect(await world.deploy(RELEASES[0] ?? {}, { sequence: 6 })).to.deep.include({ kind: "deployed", written: [] });
    expect(await world.deploy(RELEASES[1] ?? {}, { sequence: 5 })).to.have.property("kind", "superseded");
  });

  it("P2 a rollback with a number keeps out what is older than that", async () => {
    const world = createDeployWorld();
    await world.deploy(RELEASES[0] ?? {}, { sequence: 1, release: "r1" });
    await world.deploy(RELEASES[1] ?? {}, { sequence: 2, release: "r2" });
    const back = createRollbackSite(world.deps);
    const request = { target: { kind: "live" }, requestedBy: "ann" } as const;

    expect(await back({ ...request, sequence: 4 })).to.have.property("kind", "deployed");
    expect(await world.deploy(RELEASES[2] ?? {}, { sequence: 3 })).to.have.property("kind", "superseded");
    expect(await back({ ...request, release: "r2", sequence: 3 })).to.have.property("kind", "superseded");
  });

  it("P2 the same deploy delivered again does not undo a rollback", async () => {
    const world = createDeployWorld();
    await world.deploy(RELEASES[0] ?? {}, { sequence: 1, release: "r1" });
    await world.deploy(RELEASES[1] ?? {}, { sequence: 2, release: "r2" });
    await world.rollback();
    const before = world.live();

    expect(await world.deploy(RELEASES[1] ?? {}, { sequence: 2, release: "r2" })).to.have.property(
      "kind",
      "superseded",
    );
    expect(world.live()).to.deep.equal(before);
    expect(await world.deploy(RELEASES[2] ?? {}, { sequence: 3, release: "r3" })).to.have.property("kind", "deployed");
  });

  /** A deploy that falls asleep in the middle of its pages, is taken over, and wakes up. */
  async function sleeper(change: (world: DeployWorld) => DeployWorld): Promise<DeployWorld> {
    const world = createDeployWorld();
    await world.deploy(RELEASES[0] ?? {}, { sequence: 1, release: "r1" });
    let asleep = false;
    const store = hookedStore(world.site, {
      before: async (call, [key]) => {
        if (asleep || call !== "store.put" || key !== "live/index.html") return;
        asleep = true;
        await world.deploy(RELEASES[2] ?? {}, { sequence: 3, release: "r3" });
      },
    });
    await rejectionOf(change(world.with({ store })).deploy(RELEASES[1] ?? {}, { sequence: 2, release: "r2" }));
    return world;
  }

  it("P2 one that was taken over puts right what it wrote too late", async () => {
    const world = await sleeper((one) => one);

    expect(world.live()["index.html"]).to.equal(RELEASES[2]?.["index.html"]);
  });

  it("P2 the test notices one that does not, and the next change mends it", async () => {
    const world = await sleeper((one) => {
      const store = hookedStore(one.deps.store, {
        before: (call) => {
          if (call === "store.head") throw new Error("dead");
        },
      });
      return one.with({ store });
    });

    expect(world.live()["index.html"]).to.equal(RELEASES[1]?.["index.html"]);
    await world.prune(5);
    expect(world.live()["index.html"]).to.equal(RELEASES[2]?.["index.html"]);
  });
});
