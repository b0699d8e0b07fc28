import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { memorySource } from "../../src/adapters/memory-site";
import type { DeployInput } from "../../src/contract";
import { createSiteDeployer } from "../../src/operations/site-engine";
import { createDeployWorld, RELEASES, type Contents } from "../support/deploy-world";
import { SETTINGS } from "../support/sites-world";

const site = {
  site_id: "shop",
  settings: { ...SETTINGS, preview_branches: ["feature/*"] },
  resources: { live_bucket: "live-shop", distribution_id: "d1", preview_domain: "d2.cloudfront.net" },
};

function createEngine() {
  const world = createDeployWorld();
  const zips = new Map<string, Contents>();
  const opened: (string | undefined)[] = [];
  const engine = createSiteDeployer({
    account: "000000000000",
    zips: { withZip: ({ key }, use) => use(memorySource(zips.get(key) ?? {})) },
    open: (_bucket, distributionId) => {
      opened.push(distributionId);
      return { ...world.deps, distribution: distributionId === undefined ? undefined : world.distribution };
    },
  });
  const input = (build_number: number): Omit<DeployInput, "location"> => ({
    ...site,
    build_number,
    requested_by: "ada",
    correlation_id: "c",
  });
  return {
    world,
    opened,
    engine,
    deploy: (number: number, contents: Contents, more: Partial<DeployInput> = {}) => {
      zips.set(`${number}`, contents);
      return engine.deploy({ ...input(number), ...more, location: { kind: "zip", bucket: "b", key: `${number}` } });
    },
    rollback: (number: number, release_id: string) => engine.rollback({ ...input(number), release_id }),
  };
}

const [ONE = {}, TWO = {}, THREE = {}] = RELEASES;

describe("the deploy engine of the pipeline", () => {
  it("P2 a build that was asked for before a return never undoes it, however late it comes", async () => {
    const { world, deploy, rollback } = createEngine();
    const first = await deploy(1, ONE);
    await deploy(2, TWO);
    const release = first.kind === "live" ? first.release_id : "";
    expect(await rollback(4, release)).to.deep.equal({ kind: "live", release_id: release });

    expect(await deploy(3, THREE)).to.deep.equal({ kind: "superseded" });
    expect(world.live()["index.html"]).to.equal(ONE["index.html"]);
    expect(await rollback(4, release)).to.deep.equal({ kind: "live", release_id: release });
    expect(await deploy(5, THREE)).to.have.property("kind", "live");
  });

  it("P2 a return that comes late never undoes a newer deployment", async () => {
    const { world, deploy, rollback } = createEngine();
    const first = await deploy(1, ONE);
    await deploy(2, TWO);
    await deploy(4, THREE);

    expect(await rollback(3, first.kind === "live" ? first.release_id : "")).to.deep.equal({ kind: "superseded" });
    expect(world.live()["index.html"]).to.equal(THREE["index.html"]);
  });

  it("gives a site without 404.html a plain one, and leaves every other site as it is", async () => {
    const { world, deploy } = createEngine();
    const index = { "index.html": "<p>home" };
    const pageAfter = async (
      number: number,
      contents: Contents,
      settings: object = {},
    ): Promise<string | undefined> => {
      await deploy(number, contents, { settings: { ...SETTINGS, ...settings } });
      return world.live()["404.html"];
    };
    expect(await pageAfter(1, index)).to.match(/^<!doctype html>[^]*Not found/);
    expect(await pageAfter(2, { ...index, "404.html": "own" })).to.equal("own");
    expect(await pageAfter(3, { ...index, "oops.html": "x" }, { error_page: "oops.html" })).to.equal(undefined);
    expect(await pageAfter(4, index, { spa_fallback: true })).to.equal(undefined);
    const nothing = await rejectionOf(deploy(5, {}));
    expect(nothing.message).to.include("there are no files in it");
  });

  it("tells what one can go back to and where previews are, and removes a preview with all it had", async () => {
    const { world, engine, deploy, opened } = createEngine();
    await deploy(1, ONE);
    await deploy(2, TWO, { preview: "feature/x" });
    // Nothing of previews is cached, so that nothing is to be invalidated.
    expect(opened).to.deep.equal(["d1", undefined]);

    const { releases, previews } = await engine.contents(site);
    expect(releases.map(({ build_number }) => build_number)).to.deep.equal([1]);
    expect(previews).to.have.nested.property("[0].branch", "feature/x");
    expect(previews[0]?.url).to.match(/^https:\/\/d2\.cloudfront\.net\/feature-x-[0-9a-f]{8}\/$/);

    await engine.removePreview(site, "feature/x");
    expect((await engine.contents(site)).previews).to.deep.equal([]);
    // The page for what is not there is shared by all of them.
    expect(Object.keys(world.site.tree("previews/"))).to.deep.equal(["404.html"]);
  });
});
