import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import type { SiteSettings } from "../../src/contract";
import { SiteDeclaredError } from "../../src/core/errors";
import type { Pipeline } from "../../src/core/pipeline";
import { createSiteClient } from "../../src/operations";
import { requestDeployment } from "../../src/operations/request-deployment";
import { sweep } from "../../src/operations/sweep";
import { createWorld, provisioned, requestOf, SETTINGS, settle, type World } from "../support/sites-world";

const RESOURCES = { live_bucket: "live-shop", build_project: "project-shop" };

const rowOf = (world: World): Pipeline | undefined => world.pipelines.rows.get("shop");

/** A site that a program declares, as the component leaves it. */
async function declared(): Promise<World> {
  const world = createWorld();
  await provisioned(world);
  const row = rowOf(world);
  if (row !== undefined) world.pipelines.rows.set("shop", { ...row, declaration: "one" });
  world.pipelines.declarations.set("shop", { digest: "one", settings: SETTINGS, resources: RESOURCES });
  return world;
}

const declare = (world: World, settings: SiteSettings): void =>
  void world.pipelines.declarations.set("shop", { digest: "two", settings, resources: RESOURCES });

describe("a declared site", () => {
  it("is built by what is declared by now", async () => {
    const world = await declared();
    const settings = { ...SETTINGS, build: { build: "make" } };
    declare(world, settings);
    await requestDeployment(world, "shop", requestOf(1));

    expect(rowOf(world)).to.deep.include({ declaration: "two", settings, resources: RESOURCES });
    expect(world.builder.started).to.have.length(1);
  });

  it("has its live branch from what is declared by now", async () => {
    const world = await declared();
    declare(world, { ...SETTINGS, source: { ...SETTINGS.source, branch: "next" } as SiteSettings["source"] });
    await requestDeployment(world, "shop", requestOf(1, { branch: "next" }));

    expect(world.builder.started[0]?.build.preview).to.equal(undefined);
  });

  it("follows within a sweep, without anybody who asks for it", async () => {
    const world = await declared();
    const source = { kind: "github", repository: "github.com/octo/other", branch: "main" } as const;
    declare(world, { ...SETTINGS, source });
    await sweep(world);
    await settle(world);

    expect(rowOf(world)?.settings.source).to.deep.equal(source);
    expect(await world.pipelines.bySource("github.com/octo/other")).to.have.length(1);
  });

  it("is written once for each declaration", async () => {
    const world = await declared();
    declare(world, { ...SETTINGS, keep_releases: 9 });
    await sweep(world);
    const { version } = rowOf(world) ?? {};
    await sweep(world);

    expect(rowOf(world)?.version).to.equal(version);
  });

  it("is made and removed by its program alone", async () => {
    const world = await declared();
    const client = createSiteClient(world);
    for (const call of [client.provision("shop"), client.teardown("shop")]) {
      expect(await rejectionOf(call)).to.be.instanceOf(SiteDeclaredError);
    }
    expect(rowOf(world)?.status).to.equal("Ready for Deployment");
  });
});
