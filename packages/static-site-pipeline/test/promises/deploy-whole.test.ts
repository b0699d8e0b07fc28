import { randomNumbers, SEED, withSeed } from "@slipway/testing";
import { expect } from "chai";
import type { SiteStore } from "../../src/core/deploy-ports";
import { PUBLISH_ORDER, type PublishStep } from "../../src/core/deploy-plan";
import { brokenReferences } from "../support/crawler";
import { createDeployWorld, hookedStore, RELEASES, type Contents, type DeployWorld } from "../support/deploy-world";

/** Crawls after every call that reaches the bucket; collects what was broken at any time. */
function crawled(world: DeployWorld, order: readonly PublishStep[]): { world: DeployWorld; broken: string[] } {
  const broken: string[] = [];
  const look = (call: string): void =>
    void broken.push(...brokenReferences(world.site).map((each) => `${call}: ${each}`));
  const store: SiteStore = hookedStore(world.site, { after: look });
  const limits = { ...world.deps.limits, filesAtOnce: 1 };
  return { world: world.with({ store, order, limits }), broken };
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Releases made at random, each one whole: pages refer to files of the same release only. */
function randomRelease(random: () => number): Contents {
  const some = <T>(all: readonly T[]): T[] => all.filter(() => random() < 0.6);
  const digit = (): string => `${Math.floor(random() * 3)}`;
  const assets = some(["logo.svg", "style.css", `assets/app-${digit()}a2b3c4d.js`, `assets/x-${digit()}a2b3c4d.css`]);
  const pages = ["index.html", ...some(["a.html", "b.html", "c/index.html"])];
  const entries = pages.map((path): [string, string] => {
    const links = some([...assets, ...pages]).map((to) => `<a href="/${to}">`);
    return [path, `${digit()}${links.join("")}`];
  });
  return Object.fromEntries(
    [...entries, ...assets.map((path): [string, string] => [path, path.includes("-") ? path : digit()])].sort(
      ([a], [b]) => byText(a, b),
    ),
  );
}

describe("P3 at every instant the site is whole", () => {
  async function play(order: readonly PublishStep[]): Promise<readonly string[]> {
    const { world, broken } = crawled(createDeployWorld(), order);
    for (const contents of RELEASES) await world.deploy(contents);
    await world.rollback();
    await world.rollback();
    await world.prune(2);
    await world.deploy(RELEASES[2] ?? {});
    await world.prune(1);
    return broken;
  }

  it("P3 every page refers to what is there, after every call of deploys, rollbacks and prunes", async () => {
    expect(await play(PUBLISH_ORDER)).to.deep.equal([]);
  });

  for (const [name, order] of Object.entries({
    "removes first": ["removals", "new assets", "changed assets", "new pages", "changed pages", "pointer"],
    "writes pages first": ["new pages", "changed pages", "new assets", "changed assets", "pointer", "removals"],
    "writes changed pages before new ones": [
      "new assets",
      "changed assets",
      "changed pages",
      "new pages",
      "pointer",
      "removals",
    ],
    "removes before the pages that refer there are replaced": [
      "new assets",
      "changed assets",
      "new pages",
      "removals",
      "changed pages",
      "pointer",
    ],
  } as const)) {
    it(`P3 the test notices a deploy that ${name}`, async () => {
      expect(await play(order)).to.not.deep.equal([]);
    });
  }

  it("P3 for any releases in any order", async () => {
    await withSeed(async (seed) => {
      const random = randomNumbers(seed);
      for (let round = 0; round < 60; round += 1) {
        const { world, broken } = crawled(createDeployWorld(), PUBLISH_ORDER);
        for (let step = 0; step < 8; step += 1) {
          const choice = random();
          if (step < 2 || choice < 0.6) await world.deploy(randomRelease(random));
          else if (choice < 0.8) await world.rollback().catch(() => undefined);
          else await world.prune(1 + Math.floor(random() * 3));
        }
        expect(broken).to.deep.equal([]);
      }
    }, SEED);
  }).timeout(60_000);
});
