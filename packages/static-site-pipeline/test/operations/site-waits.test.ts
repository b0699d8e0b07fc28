import type { Sleeper } from "@slipway/core";
import { expect } from "chai";
import { createSiteClient } from "../../src/operations";
import { requestDeployment } from "../../src/operations/request-deployment";
import type { Awaited, SiteChange, SiteProgress } from "../../src/site-client";
import {
  buildSucceeds,
  codeBuildTells,
  createWorld,
  provisioned,
  requestOf,
  SETTINGS,
  settle,
  shaOf,
  type World,
} from "../support/sites-world";

/** Does these one after the other, one in each pause, and nothing after that. */
const during = (steps: readonly (() => unknown)[]): Sleeper => {
  const left = [...steps];
  return {
    sleep: async () => {
      await left.shift()?.();
    },
  };
};

const waiting = (world: World, ...steps: (() => unknown)[]) => createSiteClient({ ...world, sleeper: during(steps) });

/** A request that is newer than any of the clock. */
const later = requestOf(2, { requested_at: "2027-01-01T00:00:00.000Z", request_id: "later" });

const deploymentOf = ({ request_id = "", requested_at = "" }: SiteChange): Awaited => ({
  kind: "deployment",
  request_id,
  requested_at,
});

describe("waiting for a site", () => {
  it("follows a deployment until it is live, and tells how far it is", async () => {
    const world = createWorld();
    await provisioned(world);
    const client = waiting(
      world,
      () => settle(world),
      () => buildSucceeds(world, 1),
    );
    const seen: (readonly [SiteProgress["status"], string | undefined])[] = [];
    const asked = await client.deploy("shop", { commit: shaOf(1) });

    const ending = await client.wait("shop", deploymentOf(asked), {
      onProgress: ({ status, build }) => seen.push([status, build?.state]),
    });

    expect(ending).to.have.nested.property("build.release_id", "r1");
    expect(ending.kind).to.equal("done");
    expect(seen).to.deep.equal([
      ["Ready for Deployment", undefined],
      ["Queued", "building"],
    ]);
  });

  const endings: Record<string, [kind: string, reason: RegExp, steps: (world: World) => (() => unknown)[]]> = {
    "a build that fails": [
      "failed",
      /Test failed: exit status 1/,
      (world) => [
        () => settle(world),
        () => codeBuildTells(world, "shop", 1, "FAILED", { failed: "POST_BUILD", why: ": exit status 1" }),
      ],
    ],
    "a newer one while it waits": [
      "superseded",
      /by build 2/,
      (world) => [() => settle(world), () => requestDeployment(world, "shop", later)],
    ],
    "a newer one that came before": [
      "superseded",
      /a newer request/,
      (world) => [() => requestDeployment(world, "shop", later), () => settle(world)],
    ],
    "a lock": [
      "held",
      /locked by ada: sale/,
      (world) => [
        () => settle(world),
        () => createSiteClient(world).lock("shop", { reason: "sale" }),
        () => buildSucceeds(world, 1),
      ],
    ],
    "an executor that does not answer": ["held", /nobody has taken/, (world) => [() => world.clock.pass(3_600_000)]],
    "a removal": [
      "failed",
      /removed/,
      (world) => [
        async () => {
          await createSiteClient(world).teardown("shop");
          await settle(world);
        },
      ],
    ],
  };
  for (const [what, [kind, reason, steps]] of Object.entries(endings)) {
    it(`ends with ${what}`, async () => {
      const world = createWorld();
      await provisioned(world);
      const client = waiting(world, ...steps(world));
      const asked = await client.deploy("shop", { commit: shaOf(1) });

      const ending = await client.wait("shop", deploymentOf(asked));

      expect(ending.kind).to.equal(kind);
      expect("reason" in ending && ending.reason).to.match(reason);
    });
  }

  it("says that a site is not provisioned, and ends with its provisioning and with its removal", async () => {
    const world = createWorld({ slow: 1 });
    const client = waiting(world, () => settle(world));
    await client.create("shop", SETTINGS);
    const asked = await client.deploy("shop");
    expect(await client.wait("shop", deploymentOf(asked))).to.include({ kind: "held", by: "provisioning" });

    await client.provision("shop");
    const provisioning = waiting(world, () => settle(world));
    expect(await provisioning.wait("shop", { kind: "provisioning" })).to.deep.equal({ kind: "done" });
    await client.teardown("shop");
    const removal = waiting(world, () => settle(world));
    expect(await removal.wait("shop", { kind: "removal" })).to.deep.equal({ kind: "done" });
  });

  it("stops when it is told to", async () => {
    const world = createWorld();
    await provisioned(world);
    const end = new AbortController();
    const client = waiting(world, () => end.abort());
    const asked = await client.deploy("shop");
    expect(await client.wait("shop", deploymentOf(asked), { signal: end.signal })).to.deep.equal({ kind: "stopped" });
  });
});
