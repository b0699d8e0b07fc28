import { crashSweep, randomNumbers, rejectionOf, runKilled, SEED, withSeed } from "@slipway/testing";
import { expect } from "chai";
import type { SiteStore } from "../../src/core/deploy-ports";
import { parseState, type SiteState } from "../../src/core/deploy-state";
import { brokenReferences } from "../support/crawler";
import {
  createDeployWorld,
  hookedStore,
  oneByOne,
  RELEASES,
  replacing,
  type Contents,
  type DeployWorld,
} from "../support/deploy-world";

const [ONE = {}, TWO = {}, THREE = {}] = RELEASES;

const stateOf = ({ site }: DeployWorld): SiteState =>
  parseState("pointer", site.current(".slipway/live/current.json")?.body?.toString() ?? "");

/** A site, and the bucket that a process of it dies around. */
interface Mortal {
  readonly world: DeployWorld;
  readonly store: SiteStore;
}

const PORTS = ["store"] as const;
const mortalOf = (world: DeployWorld): Mortal => ({ world, store: world.site });

/** The site by way of that bucket, one file at a time. */
const processOf = ({ world, store }: Mortal): DeployWorld =>
  world.with({ store: oneByOne(store), limits: { ...world.deps.limits, filesAtOnce: 1 } });

/** What visitors are owed: the release's files with their content, every page of it and no other page. */
function expectLive(world: DeployWorld, contents: Contents): void {
  const live = world.live();
  for (const [path, text] of Object.entries(contents)) expect(live[path], path).to.equal(text);
  const strays = Object.keys(live).filter((path) => path.endsWith(".html") && !(path in contents));
  expect(strays).to.deep.equal([]);
  expect(brokenReferences(world.site)).to.deep.equal([]);
  const { claim, live: told } = stateOf(world);
  expect(claim).to.equal(undefined);
  for (const { path, versionId } of told.values()) {
    expect(world.site.current(`live/${path}`)?.versionId, path).to.equal(versionId);
  }
}

/** Does `act` with a death at every call; then checks the pages, does `next`, and checks what is live. */
const sweep = (
  prepare: (world: DeployWorld) => Promise<unknown>,
  act: (world: DeployWorld) => Promise<unknown>,
  next: (world: DeployWorld) => Promise<unknown>,
  expected: Contents,
): Promise<readonly string[]> =>
  crashSweep<Mortal>({
    world: async () => {
      const world = createDeployWorld();
      await prepare(world);
      return mortalOf(world);
    },
    ports: PORTS,
    act: (mortal) => act(processOf(mortal)),
    check: async ({ world }, point) => {
      if (point === undefined) return;
      expect(brokenReferences(world.site)).to.deep.equal([]);
      await next(world);
      expectLive(world, expected);
    },
  });

describe("P4 a process that dies anywhere leaves a whole site, and the next one converges", () => {
  const twoReleases = async (world: DeployWorld): Promise<void> => {
    await world.deploy(ONE, { release: "one" });
    await world.deploy(TWO, { release: "two" });
  };
  const three = (world: DeployWorld) => world.deploy(THREE, { release: "three", sequence: 3 });

  it("P4 the same deploy again", async () => {
    expect(await sweep(twoReleases, three, three, THREE)).to.have.length.greaterThan(8);
  });

  it("P4 another deploy instead, also of what was live before", async () => {
    await sweep(twoReleases, three, (world) => world.deploy(TWO, { release: "two again" }), TWO);
    await sweep(twoReleases, three, (world) => world.deploy(ONE, { release: "one again" }), ONE);
  });

  it("P4 a rollback instead", async () => {
    await sweep(twoReleases, three, (world) => world.rollback("one"), ONE);
    await sweep(twoReleases, three, (world) => world.rollback("two"), TWO);
  });

  it("P4 a rollback, then the same again", async () => {
    const back = (world: DeployWorld) => world.rollback("one");
    expect(await sweep(twoReleases, back, back, ONE)).to.have.length.greaterThan(6);
  });

  it("P4 the very first deploy", async () => {
    await sweep(async () => undefined, three, three, THREE);
    await sweep(
      async () => undefined,
      three,
      (world) => world.deploy(ONE),
      ONE,
    );
  });

  it("P4 a prune, then the same again: every kept release can be gone back to", async () => {
    const prepare = async (world: DeployWorld): Promise<void> => {
      await twoReleases(world);
      await three(world);
    };
    const prune = (world: DeployWorld) => world.prune(2);
    const calls = await sweep(
      prepare,
      prune,
      async (world) => {
        await world.prune(2);
        await world.rollback("two");
        expectLive(world, TWO);
        await world.rollback("three");
      },
      THREE,
    );
    expect(calls).to.have.length.greaterThan(6);
  });

  it("P4 two deaths in a row", async () => {
    await withSeed(async (seed) => {
      const random = randomNumbers(seed);
      for (let round = 0; round < 150; round += 1) {
        const world = createDeployWorld();
        await twoReleases(world);
        for (const contents of [THREE, ONE]) {
          const at = { call: 1 + Math.floor(random() * 20), when: random() < 0.5 ? "before" : "after" } as const;
          const release = `r${contents === ONE ? 1 : 3}`;
          await runKilled(mortalOf(world), PORTS, at, (mortal) => processOf(mortal).deploy(contents, { release }));
          expect(brokenReferences(world.site)).to.deep.equal([]);
        }
        await world.deploy(TWO, { release: "last" });
        expectLive(world, TWO);
        await world.prune(1);
        expectLive(world, TWO);
        for (const key of world.site.keys("live/")) {
          expect(world.site.history(key).length, key).to.equal(1);
        }
      }
    }, SEED);
  }).timeout(60_000);
});

describe("P4 the guards are needed", () => {
  it("P4 the test notices a claim that does not tell what it touches", async () => {
    const forgetful = (world: DeployWorld): DeployWorld => {
      const writeText: SiteStore["writeText"] = (key, text, condition) =>
        world.deps.store.writeText(key, text.replace(/"touches":\[[^\]]*\]/, '"touches":[]'), condition);
      return world.with({ store: replacing(world.deps.store, { writeText }) });
    };
    const two = (world: DeployWorld) => world.deploy(TWO, { release: "two again" });
    const failure = await rejectionOf(
      sweep(
        (world) => world.deploy(TWO),
        (world) => forgetful(world).deploy(THREE),
        two,
        TWO,
      ),
    );

    expect(failure).to.have.property("name", "AssertionError");
  });
});

describe("P4 a failed deploy leaves the old site", () => {
  const failing = (world: DeployWorld, at: number): DeployWorld => {
    let calls = 0;
    const before = (call: string): void => {
      if (call === "store.put" && (calls += 1) === at) throw new Error("no space left");
    };
    return world.with({ store: hookedStore(world.site, { before }), limits: { ...world.deps.limits, filesAtOnce: 2 } });
  };

  for (let at = 1; at <= 6; at += 1) {
    it(`P4 at file ${at}`, async () => {
      const world = createDeployWorld();
      await world.deploy(ONE, { release: "one" });

      const error = await rejectionOf(failing(world, at).deploy(TWO));

      expect(error).to.have.property("message", "no space left");
      expectLive(world, ONE);
      expect(stateOf(world).releases.map(({ id }) => id)).to.deep.equal(["one"]);
      await world.deploy(TWO);
      expectLive(world, TWO);
    });
  }

  it("P4 the test notices a deploy that puts nothing back", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE, { release: "one" });
    // The guard is putting back: it is the only one to restore in a deploy.
    const broken = failing(world, 5);
    const restore: SiteStore["restore"] = async (_key, versionId) => ({ versionId });
    const store = replacing(broken.deps.store, { restore });

    await rejectionOf(broken.with({ store }).deploy(TWO));

    expect(() => expectLive(world, ONE)).to.throw();
  });
});
