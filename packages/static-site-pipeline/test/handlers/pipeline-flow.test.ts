import { expect } from "chai";
import { MESSAGES } from "../../src/contract";
import { createHandleAppEvents } from "../../src/handlers/handle-app-events";
import { requestProvision } from "../../src/operations/provision-site";
import {
  codeBuildTells,
  createWorld,
  pathOf,
  provisioned,
  requestOf,
  settle,
  REPOSITORY,
  shaOf,
  statusOf,
  buildSucceeds,
  SETTINGS,
} from "../support/sites-world";

describe("a site's life", () => {
  it("goes from an app's event over provisioning and a push to live, and to nothing", async () => {
    const world = createWorld({ slow: 2 });
    const tell = (body: object) =>
      createHandleAppEvents(world)({ Records: [{ messageId: "m", body: JSON.stringify(body), attributes: {} }] });
    await tell({ type: "Created", app_id: "shop", settings: SETTINGS });
    expect(statusOf(world)).to.equal("Pre Provisioned");

    await requestProvision(world, "shop", "c0");
    await settle(world);
    await world.queues.executor.send([requestOf(1)]);
    await settle(world);
    expect(statusOf(world)).to.equal("Queued");
    await codeBuildTells(world, "shop", 1, "IN_PROGRESS", { phase: "BUILD" });
    expect(world.pipelines.rows.get("shop")?.current?.phase).to.equal("Build");
    await buildSucceeds(world, 1);
    expect(world.deployer.live.get("shop")).to.include({ build_number: 1, commit: shaOf(1) });
    expect(world.pipelines.rows.get("shop")?.live).to.include({ release_id: "r1", commit: shaOf(1) });
    expect(world.told.map(({ state }) => state)).to.deep.equal(["pending", "success"]);

    await tell({ type: "Deleted", app_id: "shop" });
    await settle(world);
    expect(world.pipelines.rows.size).to.equal(0);
    expect(world.infrastructure.isEmpty("shop")).to.equal(true);
    expect(pathOf(world)).to.deep.equal([
      "Pre Provisioned",
      "Provision Request",
      "Provisioning",
      "Ready for Deployment",
      "Queued",
      "Deploying",
      "Deployed",
      "Scheduled for Deletion",
      "Deleting",
      "Deleted",
    ]);
    expect(world.pipelines.outbox.size).to.equal(0);
  });

  it("releases a zip without a build", async () => {
    const world = createWorld();
    await provisioned(world, "shop", { name: "Shop", source: { kind: "zip" } });
    const archive = { kind: "zip", bucket: "b", key: "site.zip" } as const;
    await world.queues.executor.send([requestOf(1, { trigger: "zip", archive })]);
    await settle(world);

    expect(statusOf(world)).to.equal("Deployed");
    expect(world.builder.started).to.deep.equal([]);
    expect(world.deployer.live.get("shop")?.location).to.deep.equal(archive);
  });

  it("P4 does not take a commit's archive for the built site, when a late message comes before it is built", async () => {
    const world = createWorld();
    await provisioned(world, "shop", {
      name: "Shop",
      source: { kind: "code-push", repository: REPOSITORY, branch: "main" },
    });
    const archive = { kind: "zip", bucket: "b", key: "source.zip" } as const;
    await world.queues.executor.send([requestOf(1, { trigger: "code-push", archive })]);
    await settle(world);
    await world.queues.deploy.send([{ type: MESSAGES.look, site_id: "shop", correlation_id: "late" }]);
    await settle(world);
    expect([statusOf(world), world.deployer.live.get("shop")]).to.deep.equal(["Queued", undefined]);

    await buildSucceeds(world, 1);
    expect(statusOf(world)).to.equal("Deployed");
    expect(world.deployer.live.get("shop")?.location).to.not.deep.equal(archive);
  });
});
