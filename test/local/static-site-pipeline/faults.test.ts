import { startProxy, type Proxy } from "@slipway/testing";
import { expect } from "chai";
import { createWorld, SETTINGS } from "../../../packages/static-site-pipeline/test/support/sites-world";
import { createSite } from "../../../packages/static-site-pipeline/src/operations/create-site";
import { movePipeline } from "../../../packages/static-site-pipeline/src/operations/write-pipeline";
import { createSitesTable, pipelinesOf } from "./sites-table";

describe("pipelines behind a network that loses answers", () => {
  let proxy: Proxy | undefined;
  afterEach(() => proxy?.close());

  it("P1 a move whose acknowledgement is lost is made once, told once, and no conflict", async () => {
    let writes = 0;
    proxy = await startProxy({
      target: process.env["AWS_ENDPOINT_URL"] ?? "",
      // Every first try of a write is carried out, and nobody hears of it.
      faults: ({ operation }) => {
        if (operation?.endsWith("TransactWriteItems") !== true) return undefined;
        return (writes += 1) % 2 === 1 ? { kind: "lose-answer" } : undefined;
      },
    });
    const world = { ...createWorld(), pipelines: pipelinesOf(await createSitesTable(), proxy.url) };
    expect(await createSite(world, "shop", SETTINGS, "c")).to.equal("created");
    for (const kind of ["provision-requested", "provisioning-started", "provisioned"] as const) {
      expect((await movePipeline(world, "shop", { kind })).kind, kind).to.equal("moved");
    }

    expect(await world.pipelines.get("shop")).to.include({ status: "Ready for Deployment", version: 4 });
    expect(world.events.published.map(({ detail }) => detail["version"])).to.deep.equal([1, 2, 3, 4]);
    expect(writes).to.equal(8);
    expect(await world.pipelines.unsent("9999", 10)).to.deep.equal([]);
  }).timeout(60_000);
});
