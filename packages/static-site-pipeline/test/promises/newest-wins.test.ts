import { randomNumbers, withSeed } from "@slipway/testing";
import { expect } from "chai";
import { isNewer, takeRequest } from "../../src/core/requests";
import { createExecutePipeline } from "../../src/handlers/execute-pipeline";
import { sweep } from "../../src/operations/sweep";
import {
  buildSucceeds,
  codeBuildTells,
  createWorld,
  provisioned,
  requestOf,
  settle,
  shaOf,
  statusOf,
  type World,
} from "../support/sites-world";

const liveCommit = (world: World): string | undefined => world.deployer.live.get("shop")?.commit;
const current = (world: World) => world.pipelines.rows.get("shop")?.current;

/** Has whatever is being built succeed, until nothing is. */
async function finishBuilds(world: World): Promise<void> {
  for (let build = current(world); build !== undefined; build = current(world)) {
    await buildSucceeds(world, build.number);
  }
}

describe("the newest commit", () => {
  it("P2 takes the place of one that is being built, whose build is stopped and whose updates are ignored", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    await world.queues.executor.send([requestOf(2)]);
    await settle(world);

    expect(world.builder.stopped).to.deep.equal(["shop:1"]);
    await buildSucceeds(world, 1);
    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Queued", undefined]);
    await buildSucceeds(world, 2);
    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Deployed", shaOf(2)]);
    const superseded = world.events.published.filter(({ type }) => type === "Site Deployment Superseded");
    expect(superseded.map(({ detail }) => detail["commit"])).to.deep.equal([shaOf(1)]);
    expect((await world.pipelines.builds("shop", 9)).map(({ state }) => state)).to.deep.equal([
      "deployed",
      "superseded",
    ]);
  });

  it("P2 an older commit that comes late never goes live, before a newer one or after it", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(5)]);
    await settle(world);
    await world.queues.executor.send([requestOf(4)]);
    await settle(world);
    await finishBuilds(world);
    await world.queues.executor.send([requestOf(3), requestOf(5)]);
    await settle(world);

    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Deployed", shaOf(5)]);
    expect(world.builder.started).to.have.length(1);
  });

  it("P2 one that comes while another goes live waits, and goes live after it", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    const deployer = {
      tidy: () => world.deployer.tidy(),
      contents: (input: Parameters<typeof world.deployer.contents>[0]) => world.deployer.contents(input),
      removePreview: () => Promise.reject(new TypeError("nobody asked for that")),
      rollback: (input: Parameters<typeof world.deployer.rollback>[0]) => world.deployer.rollback(input),
      deploy: async (input: Parameters<typeof world.deployer.deploy>[0]) => {
        await createExecutePipeline(world)({
          Records: [{ messageId: "late", body: JSON.stringify(requestOf(2)), attributes: {} }],
        });
        return world.deployer.deploy(input);
      },
    };
    world.builder.archive("shop", 1);
    await codeBuildTells(world, "shop", 1, "SUCCEEDED");
    await settle(world, { ...world, deployer });

    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Queued", shaOf(1)]);
    await finishBuilds(world);
    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Deployed", shaOf(2)]);
  });

  it("P2 whatever order, repetition and company requests come in, the newest is live in the end", () =>
    withSeed(async (seed) => {
      const random = randomNumbers(seed);
      for (let run = 0; run < 60; run += 1) {
        const world = createWorld();
        await provisioned(world);
        const numbers = Array.from({ length: 8 }, (_, n) => n + 1);
        const sent = [...numbers, ...numbers.filter(() => random() < 0.5)].sort(() => random() - 0.5);
        const execute = createExecutePipeline(world);
        while (sent.length > 0) {
          // Two executors at the same time.
          const pairs = [sent.shift(), sent.shift()].filter((n) => n !== undefined);
          await Promise.all(
            pairs.map((n) =>
              execute({ Records: [{ messageId: `m${n}`, body: JSON.stringify(requestOf(n)), attributes: {} }] }),
            ),
          );
          const build = current(world);
          if (random() < 0.4 && build !== undefined) await buildSucceeds(world, build.number);
          // What older builds tell comes at any time.
          const older = Math.floor(random() * (current(world)?.number ?? 1));
          for (const status of ["SUCCEEDED", "FAILED", "IN_PROGRESS"]) {
            if (random() < 0.3) await codeBuildTells(world, "shop", older, status);
          }
        }
        await settle(world);
        await finishBuilds(world);
        expect(liveCommit(world), `run ${run}`).to.equal(shaOf(8));
        expect(statusOf(world)).to.equal("Deployed");
      }
    })).timeout(60_000);

  it("P2 the tests above notice when age is not looked at", async () => {
    const world = createWorld();
    await provisioned(world);
    const row = world.pipelines.rows.get("shop");
    if (row === undefined) throw new Error("no row");
    const newer = takeRequest(row, requestOf(5));
    if (newer.kind !== "take") throw new Error("not taken");
    const blind = { ...newer.row, newest: { ...requestOf(0) } };

    expect(takeRequest(newer.row, requestOf(4)).kind).to.equal("superseded");
    expect(takeRequest(blind, requestOf(4)).kind).to.equal("take");
  });

  it("P2 of two requests at one moment everyone chooses the same one", () => {
    const [a, b] = [requestOf(1, { request_id: "a" }), requestOf(1, { request_id: "b" })];
    expect([isNewer(a, b), isNewer(b, a), isNewer(a, a)]).to.deep.equal([false, true, false]);
  });

  it("each preview has a newest of its own, and the live site goes first", async () => {
    const world = createWorld();
    await provisioned(world, "shop", {
      name: "Shop",
      source: { kind: "github", repository: "github.com/octo/shop", branch: "main" },
      preview_branches: ["feature/*"],
    });
    await world.queues.executor.send([
      requestOf(1),
      requestOf(2, { branch: "feature/a" }),
      requestOf(3, { branch: "feature/a" }),
    ]);
    await settle(world);
    await finishBuilds(world);

    expect(liveCommit(world)).to.equal(shaOf(1));
    expect(world.deployer.live.get("shop@feature/a")?.commit).to.equal(shaOf(3));
    expect(world.pipelines.rows.get("shop")?.live?.commit).to.equal(shaOf(1));
  });
});

describe("updates of builds", () => {
  it("P7 that come late, double or out of order never move anything", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    world.builder.archive("shop", 1);
    await codeBuildTells(world, "shop", 1, "SUCCEEDED");
    await codeBuildTells(world, "shop", 1, "IN_PROGRESS", { phase: "BUILD" });
    await codeBuildTells(world, "shop", 1, "FAILED");
    await settle(world);
    expect(statusOf(world)).to.equal("Deployed");
    const before = world.pipelines.rows.get("shop")?.version;
    for (const status of ["IN_PROGRESS", "SUCCEEDED", "FAILED", "STOPPED"])
      await codeBuildTells(world, "shop", 1, status);
    await settle(world);

    expect(world.pipelines.rows.get("shop")?.version).to.equal(before);
    expect(world.events.published.filter(({ detail }) => detail["to"] === "Deployed")).to.have.length(1);
  });

  it("P7 of another build with the same number are not ours", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    await codeBuildTells(world, "shop", 1, "FAILED", { buildId: "shop:somebody-elses" });
    expect(statusOf(world)).to.equal("Queued");
  });

  it("tell what failed, and the next commit is built", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    await codeBuildTells(world, "shop", 1, "FAILED", { failed: "POST_BUILD", why: ": exit status 1" });
    await settle(world);

    expect(statusOf(world)).to.equal("Failed to Deploy");
    expect(world.pipelines.rows.get("shop")?.reason).to.equal("Test failed: exit status 1");
    expect(world.told.at(-1)).to.include({ state: "failure", commit: shaOf(1) });
    await world.queues.executor.send([requestOf(2)]);
    await settle(world);
    await finishBuilds(world);
    expect(statusOf(world)).to.equal("Deployed");
    expect(world.pipelines.rows.get("shop")).to.not.have.property("reason");
  });

  it("that tell of success without an archive are a failure", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    await codeBuildTells(world, "shop", 1, "SUCCEEDED");
    expect(world.pipelines.rows.get("shop")).to.include({
      status: "Failed to Deploy",
      reason: "Archive failed: the build left no archive",
    });
  });
});

describe("the sweeper", () => {
  it("P1 takes the time-out edge of a build that nobody tells of, and tells", async () => {
    const world = createWorld();
    await provisioned(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    world.clock.pass(91 * 60_000);
    expect((await sweep(world)).timedOut).to.deep.equal(["shop"]);

    expect(statusOf(world)).to.equal("Failed to Deploy");
    expect(world.builder.stopped).to.deep.equal(["shop:1"]);
    expect(world.told.at(-1)).to.include({ state: "failure" });
    expect((await sweep(world)).timedOut).to.deep.equal([]);
  });

  it("leaves a locked site alone, which goes live when it is unlocked", async () => {
    const world = createWorld();
    await provisioned(world);
    const row = world.pipelines.rows.get("shop");
    if (row === undefined) throw new Error("no row");
    world.pipelines.rows.set("shop", { ...row, lock: { reason: "sale", locked_by: "ada", locked_at: "" } });
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    await buildSucceeds(world, 1);
    world.clock.pass(1000 * 60_000);
    await sweep(world);
    await settle(world);
    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Queued", undefined]);

    const locked = world.pipelines.rows.get("shop");
    if (locked === undefined) throw new Error("no row");
    world.pipelines.rows.set("shop", { ...locked, lock: undefined } as typeof locked);
    await world.queues.executor.send([{ type: "slipway.site.look", site_id: "shop", correlation_id: "c" }]);
    await settle(world);
    expect([statusOf(world), liveCommit(world)]).to.deep.equal(["Deployed", shaOf(1)]);
  });
});
