import { fixedIdentity } from "@slipway/aws-runtime/identity";
import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { SiteReleaseNotFoundError } from "../../src/core/deploy-errors";
import {
  IllegalMoveError,
  NoSourceError,
  SiteDeclaredError,
  SiteLockedError,
  SiteNotFoundError,
} from "../../src/core/errors";
import type { Pipeline } from "../../src/core/pipeline";
import { createSiteClient } from "../../src/operations";
import { requestDeletion } from "../../src/operations/teardown-site";
import {
  buildSucceeds,
  codeBuildTells,
  createWorld,
  provisioned,
  REPOSITORY,
  SETTINGS,
  settle,
  shaOf,
  statusOf,
  type World,
} from "../support/sites-world";

/** Everything that could have changed. */
const snapshot = (world: World): string =>
  JSON.stringify([
    [...world.pipelines.rows],
    Object.values(world.queues).map(({ messages }) => messages),
    world.events.published.length,
    world.uploads,
  ]);

async function deployed(world: World, numbers: readonly number[]): Promise<void> {
  const client = createSiteClient(world);
  await provisioned(world);
  for (const number of numbers) {
    await client.deploy("shop", { commit: shaOf(number) });
    await settle(world);
    await buildSucceeds(world, number);
  }
}

describe("the client of sites", () => {
  it("makes a site, provisions it, deploys to it, goes back, and removes it", async () => {
    const world = createWorld();
    const client = createSiteClient(world);
    expect(await client.create("shop", SETTINGS)).to.include({ done: true });
    expect(await client.create("shop", SETTINGS)).to.include({ done: false });
    await client.provision("shop");
    await settle(world);
    for (const number of [1, 2]) {
      await client.deploy("shop", { commit: shaOf(number) });
      await settle(world);
      await buildSucceeds(world, number);
    }
    expect(await client.list()).to.have.nested.property("[0].live.release_id", "r2");
    const back = await client.rollback("shop");
    expect(back.what).to.equal(`a return to release r1 of ${shaOf(1)}`);
    await settle(world);
    expect(world.pipelines.rows.get("shop")?.live?.release_id).to.equal("r1");
    expect(world.builder.started).to.have.length(2);
    expect((await client.show("shop")).builds.map(({ trigger }) => trigger)).to.deep.equal([
      "rollback",
      "command",
      "command",
    ]);

    await client.teardown("shop");
    await settle(world);
    expect(await client.list()).to.deep.equal([]);
  });

  it("releases a zip", async () => {
    const world = createWorld();
    await provisioned(world, "shop", { name: "Shop", source: { kind: "zip" } });
    await createSiteClient(world).release("shop", { zip: "site.zip" });
    await settle(world);
    expect(statusOf(world)).to.equal("Deployed");
    expect(world.uploads).to.deep.include({ files: ["site.zip"] });
  });

  it("changes nothing in a dry run", async () => {
    const world = createWorld();
    await deployed(world, [1, 2]);
    const client = createSiteClient(world);
    const before = snapshot(world);
    const dryRun = true;
    const plans = [
      await client.create("other", SETTINGS, { dryRun }),
      await client.deploy("shop", { dryRun }),
      await client.release("shop", { zip: "site.zip", dryRun }),
      await client.rollback("shop", { dryRun }),
      await client.teardown("shop", { dryRun }),
      await client.lock("shop", { reason: "sale", dryRun }),
      await client.unlock("shop", { dryRun }),
    ];
    for (const { done, what } of plans) expect([done, what === ""]).to.deep.equal([false, false]);
    expect(snapshot(world)).to.equal(before);
  });

  it("holds back what goes live while it is locked, and lets the newest live after that", async () => {
    const world = createWorld();
    await deployed(world, [1]);
    const client = createSiteClient(world);
    await client.lock("shop", { reason: "sale" });
    const bob = createSiteClient({ ...world, identity: fixedIdentity({ id: "bob", name: "bob" }) });
    expect(await rejectionOf(bob.lock("shop", { reason: "mine" }))).to.be.instanceOf(SiteLockedError);
    expect(await rejectionOf(bob.rollback("shop"))).to.be.instanceOf(SiteLockedError);
    await client.deploy("shop", { commit: shaOf(2) });
    await settle(world);
    await buildSucceeds(world, 2);
    expect([statusOf(world), world.deployer.live.get("shop")?.commit]).to.deep.equal(["Queued", shaOf(1)]);
    await client.unlock("shop");
    await settle(world);
    expect([statusOf(world), world.deployer.live.get("shop")?.commit]).to.deep.equal(["Deployed", shaOf(2)]);
  });

  it("makes no site with a domain that it cannot get, and says what to do about one that is there", async () => {
    const world = { ...createWorld(), domains: {} };
    const client = createSiteClient(world);
    const outside = { ...SETTINGS, domain: "shop.example.org" };
    for (const dryRun of [true, false]) {
      expect(await rejectionOf(client.create("shop", outside, { dryRun }))).to.have.property("field", "domain");
    }
    expect(world.pipelines.rows.size).to.equal(0);
    await client.create("shop", SETTINGS);
    expect(await rejectionOf(client.update("shop", outside))).to.have.property("field", "domain");
    const again = await client.create("shop", { ...SETTINGS, keep_releases: 9 });
    const how = "change them with slipway site update shop --settings <file>";
    expect(again.what).to.equal(
      `it is there already with other settings (keep_releases), which stay as they are; ${how}`,
    );
    expect(await client.create("shop", SETTINGS)).to.include({ already: true, what: "it is there already" });
  });

  it("removes no locked site, whoever asks, until it is unlocked", async () => {
    const world = createWorld();
    await deployed(world, [1]);
    const client = createSiteClient(world);
    await client.lock("shop", { reason: "sale" });
    for (const dryRun of [true, false]) {
      const refused = await rejectionOf(client.teardown("shop", { dryRun }));
      expect([refused.name, refused.message]).to.deep.equal(["SiteLockedError", "shop is locked by ada: sale"]);
    }
    expect(await client.deploy("shop", { dryRun: true })).to.include({ held: "it is locked by ada: sale" });
    expect(await client.release("shop", { zip: "site.zip", dryRun: true })).to.include.keys("held");

    // An app that is gone asks for it, too.
    await requestDeletion(world, "shop", "c9");
    await settle(world);
    expect(statusOf(world)).to.equal("Deployed");
    const awaited = await client.wait("shop", { kind: "removal" });
    expect(awaited).to.deep.equal({ kind: "held", by: "lock", reason: "it is locked by ada: sale" });
    await client.unlock("shop");
    await settle(world);
    expect(statusOf(world)).to.equal(undefined);
  });

  it("neither begins a removal nor goes live when somebody locks the site at the last moment", async () => {
    for (const act of ["teardown", "deploy"] as const) {
      const world = createWorld();
      await deployed(world, [1]);
      const client = createSiteClient(world);
      await (act === "deploy" ? client.deploy("shop", { commit: shaOf(2) }) : client.teardown("shop"));
      if (act === "deploy") {
        await settle(world);
        world.builder.archive("shop", 2);
        await codeBuildTells(world, "shop", 2, "SUCCEEDED");
      }
      const { lock: _none, ...row } = world.pipelines.rows.get("shop") as Pipeline;
      let reads = 0;
      const before = async (call: string): Promise<void> => {
        // Between the look and the move, which reads again.
        if (call !== "pipelines.get" || (reads += 1) !== 2) return;
        await client.lock("shop", { reason: "sale" });
      };
      await settle(world, withHooks(world, ["pipelines"], { before }));
      expect([statusOf(world), world.deployer.live.get("shop")?.commit]).to.deep.equal([row.status, shaOf(1)]);
      expect(world.pipelines.rows.get("shop")?.lock?.reason).to.equal("sale");
    }
  });

  it("locks again with another reason, and no site that is being removed", async () => {
    const world = createWorld();
    await deployed(world, [1]);
    const client = createSiteClient(world);
    await client.lock("shop", { reason: "sale" });
    const since = world.pipelines.rows.get("shop")?.lock?.locked_at;
    expect(await client.lock("shop", { reason: "sale" })).to.include({ done: false, already: true });
    expect(await client.lock("shop", { reason: "audit" })).to.include({ done: true });
    const lock = { reason: "audit", locked_by: "ada", locked_at: since };
    expect(world.pipelines.rows.get("shop")?.lock).to.deep.equal(lock);
    await client.unlock("shop");
    world.pipelines.rows.set("shop", { ...(world.pipelines.rows.get("shop") as Pipeline), status: "Deleting" });
    expect(await rejectionOf(client.lock("shop", { reason: "stop" }))).to.be.instanceOf(IllegalMoveError);
  });

  it("changes settings by what the site is when they are written", async () => {
    const world = createWorld();
    const client = createSiteClient(world);
    await client.create("shop", SETTINGS);
    const { source } = SETTINGS;
    const wanted = { name: "Shop", source, domain: "shop.example.org" };
    // Between the look and the write somebody has it provisioned.
    let meanwhile: (() => Promise<unknown>) | undefined = () => client.provision("shop");
    const before = async (call: string): Promise<void> => {
      const act = call === "pipelines.write" ? meanwhile : undefined;
      if (act !== undefined) meanwhile = undefined;
      await act?.();
    };
    const slow = createSiteClient(withHooks(world, ["pipelines"], { before }));
    expect(await rejectionOf(slow.update("shop", wanted))).to.have.property("field", "domain");
    expect(world.pipelines.rows.get("shop")?.settings).to.deep.equal(SETTINGS);
    await settle(world);
    await client.update("shop", { name: "Store", source });
    const row = world.pipelines.rows.get("shop");
    expect([row?.settings.name, row?.status]).to.deep.equal(["Store", "Ready for Deployment"]);
    const [told] = world.events.published.filter(({ type }) => type === "Site Settings Changed");
    expect(told?.detail).to.deep.include({ site_id: "shop", changed: ["name"], version: row?.version });
    world.pipelines.rows.set("shop", { ...(row as Pipeline), declaration: "d1" });
    expect(await rejectionOf(client.update("shop", SETTINGS))).to.be.instanceOf(SiteDeclaredError);
    world.pipelines.rows.set("shop", { ...(row as Pipeline), status: "Deleting" });
    expect(await rejectionOf(client.update("shop", SETTINGS))).to.be.instanceOf(IllegalMoveError);
  });

  it("says what cannot be done, and why", async () => {
    const world = createWorld();
    const client = createSiteClient(world);
    for (const call of [
      client.show("x"),
      client.deploy("x"),
      client.teardown("x"),
      client.lock("x", { reason: "r" }),
    ]) {
      expect(await rejectionOf(call)).to.be.instanceOf(SiteNotFoundError);
    }
    await provisioned(world);
    expect(await rejectionOf(client.provision("shop"))).to.be.instanceOf(IllegalMoveError);
    expect(await rejectionOf(client.rollback("shop"))).to.be.instanceOf(SiteReleaseNotFoundError);
    expect(await rejectionOf(client.rollback("shop", { release: "r9" }))).to.be.instanceOf(SiteReleaseNotFoundError);
    expect(await rejectionOf(client.deploy("shop", { commit: "main" }))).to.have.property("code", "invalid-input");
    await provisioned(world, "zips", { name: "Zips", source: { kind: "zip" } });
    expect(await rejectionOf(client.deploy("zips"))).to.be.instanceOf(NoSourceError);
    await client.teardown("shop");
    expect(await rejectionOf(client.deploy("shop"))).to.be.instanceOf(IllegalMoveError);
  });

  it("deploys what code push archived last, whatever was built or released on purpose", async () => {
    const world = createWorld();
    const client = createSiteClient(world);
    const source = { kind: "code-push", repository: REPOSITORY, branch: "main" } as const;
    await provisioned(world, "shop", { name: "Shop", source });
    const nothing = await rejectionOf(client.deploy("shop"));
    expect(nothing).to.include({ code: "site-commit-not-found" });
    expect(nothing.message).to.equal("shop: the code push has archived nothing of main of github.com/octo/shop");
    for (const number of [1, 2]) world.archives.push(REPOSITORY, "main", shaOf(number));

    const live: (string | undefined)[] = [];
    const ask = async (act: () => Promise<unknown>): Promise<void> => {
      await act();
      await settle(world);
      const { current } = world.pipelines.rows.get("shop") ?? {};
      if (current !== undefined) await buildSucceeds(world, current.number);
      live.push(world.deployer.live.get("shop")?.commit);
    };
    await ask(() => client.deploy("shop", { commit: shaOf(1) }));
    await ask(() => client.deploy("shop"));
    await ask(() => client.release("shop", { zip: "site.zip" }));
    await ask(() => client.deploy("shop"));
    expect(live).to.deep.equal([shaOf(1), shaOf(2), undefined, shaOf(2)]);
    const what = `a build of main (${shaOf(2).slice(0, 12)}) of github.com/octo/shop`;
    expect(await client.deploy("shop", { dryRun: true })).to.include({ what });
    expect(await rejectionOf(client.deploy("shop", { commit: shaOf(9) }))).to.include({ commit: shaOf(9) });
  });

  it("sends dead letters back, and only tells which in a dry run", async () => {
    const world = createWorld();
    const client = createSiteClient(world);
    world.queues.executor.push("no json");
    // What cannot be read is not tried again.
    await settle(world);
    expect(world.queues.executor.letters).to.have.length(1);
    const { letters: shown, redriven: sent } = await client.redrive({ dryRun: true });
    expect(sent).to.equal(0);
    expect(shown[0]?.failure).to.include({ queue: "executor", code: "unreadable-message", attempts: 1 });
    const { letters, redriven } = await client.redrive({ queue: "executor" });
    expect([redriven, letters[0]?.queue, letters[0]?.body]).to.deep.equal([1, "executor", "no json"]);
    expect(world.queues.executor.messages).to.have.length(1);
    expect(await rejectionOf(client.redrive({ queue: "nobody" }))).to.have.property("code", "invalid-input");
  });

  it("leaves what cannot be given up to the queue, which does it in time", async () => {
    const world = createWorld({ maxReceives: 3 });
    world.queues.executor.push("no json");
    const giveUp = () => Promise.reject(new Error("no network"));
    await settle(world, { ...world, giveUp });
    const [letter] = world.queues.executor.letters;
    expect(await world.pipelines.failure(letter?.messageId ?? "")).to.include({
      code: "unreadable-message",
      attempts: 3,
    });
    const told = world.events.published.filter(({ type }) => type === "Site Message Failed");
    expect(told.map(({ detail }) => detail["final"])).to.deep.equal([false, false, true]);
  });

  it("follows a build's log", async () => {
    const world = createWorld();
    await provisioned(world);
    const client = createSiteClient(world);
    await client.deploy("shop");
    await settle(world);
    const lines = [1, 2].map((n) => ({ at: "", text: `line ${n}` }));
    world.builder.lines.set("shop:1", lines);
    const read: string[] = [];
    for await (const { text } of client.logs("shop", { follow: true })) read.push(text);
    expect(read).to.deep.equal(["line 1", "line 2"]);
  });
});
