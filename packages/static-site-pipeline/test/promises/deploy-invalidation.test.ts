import { randomNumbers, rejectionOf, SEED, withSeed } from "@slipway/testing";
import { expect } from "chai";
import { isHashed } from "../../src/core/cache-rules";
import type { Distribution } from "../../src/core/deploy-ports";
import { MOST_PATHS, MOST_WILDCARDS, planInvalidation } from "../../src/core/invalidation";
import { createDeployWorld, RELEASES, type Contents } from "../support/deploy-world";

const covers = (told: readonly string[], path: string): boolean =>
  told.some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : each === path));

describe("P8 what changed is invalidated, or its name is new with its content", () => {
  it("P8 for any two releases, and nothing else is", async () => {
    await withSeed(async (seed) => {
      const random = randomNumbers(seed);
      const names = ["index.html", "a.html", "b/index.html", "s.css", "x-1a2b3c4d.js", "y.0a1b2c3d4e.css", "né w.txt"];
      const make = (): Contents => ({
        "index.html": `${Math.floor(random() * 3)}`,
        ...Object.fromEntries(names.filter(() => random() < 0.6).map((name) => [name, `${Math.floor(random() * 2)}`])),
      });
      for (let round = 0; round < 200; round += 1) {
        const world = createDeployWorld();
        const [before, after] = [make(), make()];
        await world.deploy(before);
        const first = world.distribution.invalidations.length;
        await world.deploy(after, { release: "after" });
        const told = world.distribution.invalidations.slice(first).flatMap(({ paths }) => paths);
        for (const name of names) {
          const changed = before[name] !== after[name];
          const goneAsset = after[name] === undefined && !name.endsWith(".html");
          const hashed = before[name] === undefined && isHashed(name);
          const wanted = changed && !goneAsset && !hashed;
          expect(covers(told, `/${encodeURI(name)}`), `${name} ${before[name]} -> ${after[name]}`).to.equal(wanted);
        }
      }
    }, SEED);
  });

  it("P8 a content that changed under a name with a hash is invalidated all the same", async () => {
    const world = createDeployWorld();
    await world.deploy({ "index.html": "", "x-1a2b3c4d.js": "1" });
    await world.deploy({ "index.html": "", "x-1a2b3c4d.js": "2" });

    expect(world.distribution.invalidations.at(-1)?.paths).to.deep.equal(["/x-1a2b3c4d.js"]);
  });

  for (const [name, paths] of Object.entries({
    "in 20 folders": Array.from({ length: 10_000 }, (_, index) => `f${index % 20}/${index}.txt`),
    "in one": Array.from({ length: 10_000 }, (_, index) => `f/${index}.txt`),
    "at the top": Array.from({ length: 10_000 }, (_, index) => `${index}.txt`),
    "in 10,000 folders": Array.from({ length: 10_000 }, (_, index) => `${index}/x.txt`),
  })) {
    it(`P8 10,000 changed paths ${name} keep the limits`, () => {
      const batches = planInvalidation("r", "/", paths);

      for (const batch of batches) {
        const wild = batch.paths.filter((path) => path.endsWith("*"));
        expect(wild.length).to.be.at.most(MOST_WILDCARDS);
        expect(batch.paths.length).to.be.at.most(MOST_PATHS);
      }
      const told = batches.flatMap((batch) => batch.paths);
      const exact = new Set(told);
      const wild = told.filter((path) => path.endsWith("*"));
      for (const path of paths) expect(exact.has(`/${path}`) || covers(wild, `/${path}`)).to.equal(true);
      expect(new Set(batches.map(({ reference }) => reference)).size).to.equal(batches.length);
    });
  }

  it("P8 waits while too many are in progress, and asks with the same reference", async () => {
    const world = createDeployWorld();
    const asked: string[] = [];
    const distribution: Distribution = {
      invalidate: async (reference, paths) => {
        asked.push(reference);
        return asked.length < 4 ? "busy" : world.distribution.invalidate(reference, paths);
      },
    };
    const before = world.time.elapsed();

    await world.with({ distribution }).deploy(RELEASES[0] ?? {});

    expect(asked).to.have.length(4);
    expect(new Set(asked).size).to.equal(1);
    expect(world.time.elapsed() - before).to.be.greaterThan(5000 + 10_000 + 20_000);
    expect(world.distribution.invalidations).to.have.length(1);
  });

  it("P8 a deploy that could not invalidate is finished by the next one, with no duplicate", async () => {
    const world = createDeployWorld();
    const lost: Distribution = {
      invalidate: async (reference, paths) => {
        await world.distribution.invalidate(reference, paths);
        throw new Error("the answer was lost");
      },
    };
    const request = { release: "one", sequence: 1 };
    await rejectionOf(world.with({ distribution: lost }).deploy(RELEASES[0] ?? {}, request));
    expect(world.distribution.invalidations).to.have.length(1);

    await world.deploy(RELEASES[0] ?? {}, request);

    expect(world.distribution.invalidations).to.have.length(1);
  });

  it("P8 the test notices a reference that is new with each try", async () => {
    const world = createDeployWorld();
    let tries = 0;
    const fickle: Distribution = {
      invalidate: async (reference, paths) => {
        await world.distribution.invalidate(`${reference}-${(tries += 1)}`, paths);
        if (tries === 1) throw new Error("the answer was lost");
        return "accepted";
      },
    };
    const request = { release: "one", sequence: 1 };
    await rejectionOf(world.with({ distribution: fickle }).deploy(RELEASES[0] ?? {}, request));
    await world.with({ distribution: fickle }).deploy(RELEASES[0] ?? {}, request);

    expect(world.distribution.invalidations).to.have.length(2);
  });
});
