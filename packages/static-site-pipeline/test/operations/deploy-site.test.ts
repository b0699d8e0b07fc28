import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { memorySource } from "../../src/adapters/memory-site";
import { createLockSite, createShowSite, createUnlockSite } from "../../src/operations/deploy-lock";
import { createExpirePreviews, createListPreviews, createRemovePreview } from "../../src/operations/deploy-preview";
import { createDeploySite } from "../../src/operations/deploy-site";
import { brokenReferences } from "../support/crawler";
import { createDeployWorld, hookedStore, RELEASES, type DeployWorld } from "../support/deploy-world";

const [ONE = {}, TWO = {}] = RELEASES;
const target = { kind: "live" } as const;

/** Keys of the calls of one kind while something is done. */
async function callsOf(
  world: DeployWorld,
  act: (world: DeployWorld) => Promise<unknown>,
): Promise<Record<string, string[]>> {
  const calls: Record<string, string[]> = {};
  const before = (call: string, [key]: readonly unknown[]): void =>
    void (calls[call.replace("store.", "")] ??= []).push(String(key));
  await act(world.with({ store: hookedStore(world.site, { before }) }));
  return calls;
}

describe("deploying a site", () => {
  it("sends what changed and nothing else, reads one document and lists nothing", async () => {
    const world = createDeployWorld().with({ distribution: undefined });
    await world.deploy(ONE);
    const changed = { ...ONE, "style.css": "c{}", "about.html": "same length?" };

    const calls = await callsOf(world, (one) => one.deploy(changed));

    expect(calls["put"]?.sort()).to.deep.equal(["live/about.html", "live/style.css"]);
    expect(calls["readText"]).to.have.length(1);
    expect(calls["writeText"]).to.have.length(3);
    expect(Object.keys(calls).sort()).to.deep.equal(["put", "readText", "writeText"]);
  });

  it("does nothing for what is live already", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE);

    const calls = await callsOf(world, async (one) => {
      expect(await one.deploy(ONE)).to.have.property("kind", "unchanged");
    });

    expect(calls).to.deep.equal({ readText: [".slipway/live/current.json"] });
  });

  it("sends a file again whose headers changed", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE);

    const result = await world.deploy(ONE, { cacheRules: [{ glob: "*.css", cacheControl: "no-store" }] });

    expect(result).to.deep.include({ kind: "deployed", written: ["style.css"], invalidated: ["style.css"] });
    expect(world.site.current("live/style.css")?.headers).to.deep.include({ cacheControl: "no-store" });
  });

  it("refuses an id that is taken by other contents", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE, { release: "r" });

    expect(await rejectionOf(world.deploy(TWO, { release: "r" }))).to.have.property("code", "site-release-exists");
  });

  it("goes back without sending anything, and forth again", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE, { release: "one" });
    await world.deploy(TWO, { release: "two" });

    const calls = await callsOf(world, (one) => one.rollback());

    const control = ".slipway/live/";
    expect(calls["readText"]).to.deep.equal([`${control}current.json`, `${control}releases/one.json`]);
    expect(Object.keys(calls).sort()).to.deep.equal(["readText", "remove", "restore", "writeText"]);
    expect(world.live()).to.deep.include(ONE);
    expect(world.live()).to.not.have.property("news.html");
    const named = await callsOf(world, (one) => one.rollback("two"));
    expect(named["readText"]).to.deep.equal([`${control}releases/two.json`, `${control}current.json`]);
    expect(world.live()).to.deep.include(TWO);
    expect(await rejectionOf(world.rollback("three"))).to.have.property("code", "site-release-not-found");
  });

  it("keeps assets of kept releases, then removes every version of what no kept release has", async () => {
    const world = createDeployWorld();
    for (const [index, contents] of RELEASES.entries()) await world.deploy(contents, { release: `r${index}` });
    expect(world.live()).to.have.property("assets/app-2a2b3c4d.js");
    expect(world.live()).to.have.property("assets/old-0a0b0c0d.png");

    const pruned = await world.prune(2);

    expect(pruned.releases).to.deep.equal(["r0"]);
    expect(world.live()).to.have.property("assets/app-2a2b3c4d.js");
    expect(world.live()).to.not.have.property("assets/old-0a0b0c0d.png");
    expect(world.site.history("live/assets/old-0a0b0c0d.png")).to.deep.equal([]);
    expect(await world.prune(2)).to.deep.equal({ releases: [], files: [], versions: 0 });
    await world.rollback();
    expect(world.live()).to.deep.include(TWO);
  });
});

describe("locking a site", () => {
  it("holds publishing back, and says who does and why", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE, { release: "one" });
    const lock = createLockSite(world.deps);
    expect(await lock({ target, holder: "ann", reason: "freeze" })).to.have.property("kind", "locked");
    expect(await lock({ target, holder: "bob", reason: "me too" })).to.deep.include({ kind: "held" });
    const before = world.live();

    const result = await world.deploy(TWO);

    expect(result).to.have.property("kind", "locked");
    expect(result).to.have.nested.property("lock.reason", "freeze");
    expect(world.live()).to.deep.equal(before);
    expect(await world.deploy(TWO, { override: true })).to.have.property("kind", "deployed");
    expect((await createShowSite(world.deps)(target)).lock).to.have.property("holder", "ann");
    expect(await createUnlockSite(world.deps)(target)).to.have.property("holder", "ann");
    expect(await world.rollback()).to.have.property("kind", "deployed");
  });

  it("lets a deploy that is under way come to its end", async () => {
    const world = createDeployWorld();
    let locked = false;
    const store = hookedStore(world.site, {
      before: async (call) => {
        if (call !== "store.put" || locked) return;
        locked = true;
        await createLockSite(world.deps)({ target, holder: "ann", reason: "freeze" });
      },
    });

    expect(await world.with({ store }).deploy(ONE)).to.have.property("kind", "deployed");
    expect((await createShowSite(world.deps)(target)).lock).to.have.property("holder", "ann");
  });
});

describe("previews", () => {
  const preview = (world: DeployWorld, branch: string, contents = ONE) =>
    createDeploySite(world.deps)({
      target: { kind: "preview", branch },
      source: memorySource(contents),
      requestedBy: "ann",
    });

  it("have folders of their own, beside each other and the live site", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE);
    await preview(world, "feature/x", TWO);
    await preview(world, "main2", ONE);

    const listed = await createListPreviews(world.deps)();

    expect(listed.map(({ branch }) => branch)).to.have.members(["feature/x", "main2"]);
    for (const { slug } of listed)
      expect(brokenReferences(world.site, `previews/${slug}/`)).to.not.include("live -> index.html");
    expect(world.live()).to.deep.include(ONE);
    const told = world.distribution.invalidations.flatMap(({ paths }) => paths);
    expect(told.some((path) => path.startsWith("/previews/main2/"))).to.equal(true);
  });

  it("share the error page of the latest build, in one version, which stays when a preview goes", async () => {
    const world = createDeployWorld();
    await preview(world, "x", { ...ONE, "404.html": "lost in x" });
    await preview(world, "y", { ...ONE, "404.html": "lost in y" });
    await preview(world, "z", ONE);
    expect(world.site.tree("previews/")).to.include({ "404.html": "lost in y", "x/404.html": "lost in x" });

    await createDeploySite(world.deps)({
      target: { kind: "preview", branch: "x" },
      source: memorySource({ ...TWO, "errors/lost.html": "by another name" }),
      errorPage: "errors/lost.html",
      requestedBy: "ann",
    });
    await createRemovePreview(world.deps)("x", "ann");

    expect(world.site.tree("previews/")).to.include({ "404.html": "by another name" });
    const versions: string[] = [];
    for await (const page of world.site.versions("previews/404.html")) versions.push(...page.map(({ key }) => key));
    expect(versions).to.deep.equal(["previews/404.html"]);
    await world.deploy({ ...ONE, "404.html": "lost" });
    expect(world.site.tree("previews/")).to.include({ "404.html": "by another name" });
  });

  it("leave nothing behind, no version either, and can come back", async () => {
    const world = createDeployWorld();
    await world.deploy(ONE);
    await preview(world, "x");
    await preview(world, "x", TWO);
    const remove = createRemovePreview(world.deps);

    await remove("x", "ann");
    await remove("x", "ann");

    const left: string[] = [];
    for await (const page of world.site.versions("")) left.push(...page.map(({ key }) => key));
    expect(left.filter((key) => key.includes("previews"))).to.deep.equal([]);
    expect(world.live()).to.deep.include(ONE);
    expect(await preview(world, "x")).to.have.property("kind", "deployed");
  });

  it("go when their branch is gone, or nobody publishes them any more", async () => {
    const world = createDeployWorld();
    for (const branch of ["gone", "stays", "old"]) await preview(world, branch);
    const expire = createExpirePreviews(world.deps);

    expect(await expire({ branches: ["stays", "old"], requestedBy: "sweep" })).to.deep.equal(["gone"]);
    world.time.pass(15 * 24 * 3_600_000);
    await preview(world, "stays", TWO);
    expect(await expire({ requestedBy: "sweep" })).to.deep.equal(["old"]);
    expect((await createListPreviews(world.deps)()).map(({ branch }) => branch)).to.deep.equal(["stays"]);
  });
});
