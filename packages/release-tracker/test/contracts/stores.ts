import { rejectionOf } from "@slipway/testing";
import { expect } from "chai";
import { IllegalStatusError, LeaseLostError, ReleaseNotFoundError } from "../../src/core/errors";
import type { DeploymentStore, HoldStore, LeaseStore, ReleaseStore } from "../../src/core/ports";
import { toTimestamp } from "../../src/core/release";
import { aDeployment, aLease, aRelease } from "../fixtures";

/** The stores of one tracker. */
export interface Stores {
  readonly releases: ReleaseStore;
  readonly deployments: DeploymentStore;
  readonly leases: LeaseStore;
  readonly holds: HoldStore;
}

const at = (second: number): string => toTimestamp(new Date(Date.UTC(2026, 10, 21, 10, 0, second)));
const stage = { projectId: "shop", environmentId: "stage" };

/** What every implementation of the stores has to do. @param make Empty stores. */
export function storesContract(name: string, make: () => Promise<Stores>): void {
  describe(`stores of ${name}`, () => {
    let stores: Stores;

    beforeEach(async () => {
      stores = await make();
    });

    releaseContract(() => stores);
    leaseContract(() => stores);
    deploymentContract(() => stores);
    holdContract(() => stores);
  });
}

function releaseContract(stores: () => Stores): void {
  it("R1 gives a release back exactly as it was written, and never writes over it", async () => {
    const release = aRelease();
    await stores().releases.create(release);
    await stores().releases.create({ ...release, images: { cart: "example.com/other:1" } });

    expect(await stores().releases.get(release.release_id)).to.deep.equal(release);
    expect(await stores().releases.get("none")).to.equal(undefined);
  });

  it("R3 makes one release for one request token", async () => {
    const [first, second] = [aRelease(), aRelease()];
    const request = { token: "t", fingerprint: "f" };

    expect(await stores().releases.create(first, request)).to.deep.equal({ created: true });
    expect(await stores().releases.create(second, request)).to.deep.equal({
      created: false,
      releaseId: first.release_id,
      fingerprint: "f",
    });
    expect(await stores().releases.get(second.release_id)).to.equal(undefined);
    expect(await stores().releases.findRequest("shop", "t")).to.deep.include({ releaseId: first.release_id });
  });

  it("lists the latest releases of one project, over all pages", async () => {
    const images = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`service-${n}`, "x".repeat(80)]));
    // Together more than the 1 MB that DynamoDB gives at once.
    for (let n = 0; n < 50; n += 1) await stores().releases.create(aRelease({ date_created: at(n), images }));
    await stores().releases.create(aRelease({ project_id: "other", date_created: at(99) }));

    const all = await stores().releases.latest("shop", 1000);

    expect(all.map(({ date_created }) => date_created)).to.deep.equal(Array.from({ length: 50 }, (_, n) => at(49 - n)));
    expect(await stores().releases.latest("shop", 3)).to.deep.equal(all.slice(0, 3));
  }).timeout(60_000);
}

function leaseContract(stores: () => Stores): void {
  it("R5 gives a lease to one of two who want it", async () => {
    const wanted = [aLease({ holderName: "a" }), aLease({ holderName: "b" })];

    const taken = await Promise.all(wanted.map((lease) => stores().leases.take(lease, undefined)));

    expect(taken.filter((record) => record !== undefined)).to.have.length(1);
    expect((await stores().leases.read(stage))?.holderName).to.equal(taken.find(Boolean)?.holderName);
  });

  it("R5 replaces a lease only as long as it is the one that was seen", async () => {
    const [old, next] = [aLease(), aLease({ fencing: 2 })];
    const seen = await stores().leases.take(old, undefined);
    await stores().leases.renew(old);

    expect(await stores().leases.take(next, seen)).to.equal(undefined);
    expect(await stores().leases.take(next, await stores().leases.read(stage))).to.deep.include({ fencing: 2 });
    expect(await stores().leases.renew(old)).to.equal(false);
    expect(await stores().leases.renew(next)).to.equal(true);
  });

  it("R5 lets only the holder give a lease back", async () => {
    const [old, next] = [aLease(), aLease({ fencing: 2 })];
    await stores().leases.take(old, undefined);
    await stores().leases.take(next, await stores().leases.read(stage));

    await stores().leases.release(old);
    expect((await stores().leases.read(stage))?.released).to.equal(false);
    await stores().leases.release(next);
    expect((await stores().leases.read(stage))?.released).to.equal(true);
  });
}

function deploymentContract(stores: () => Stores): void {
  const begin = async () => {
    const release = aRelease();
    const lease = aLease();
    await stores().releases.create(release);
    await stores().leases.take(lease, undefined);
    return { lease, release, deployment: aDeployment({ release_id: release.release_id }) };
  };

  it("records a deployment, its release's date and the lease's open deployment together", async () => {
    const { lease, release, deployment } = await begin();

    await stores().deployments.record(deployment, lease);

    const { date_created: dateCreated, deployment_id: deploymentId } = deployment;
    expect(await stores().deployments.get(stage, dateCreated, deploymentId)).to.deep.equal(deployment);
    expect((await stores().releases.get(release.release_id))?.last_date_deployed).to.equal(dateCreated);
    expect((await stores().leases.read(stage))?.open).to.deep.equal({ dateCreated, deploymentId });
  });

  it("R5 refuses every write of a stale holder", async () => {
    const { lease, deployment } = await begin();
    await stores().deployments.record(deployment, lease);
    await stores().leases.take(aLease({ fencing: 2 }), await stores().leases.read(stage));

    const other = aDeployment({ release_id: deployment.release_id });
    expect(await rejectionOf(stores().deployments.record(other, lease))).to.be.instanceOf(LeaseLostError);
    const moving = stores().deployments.move(deployment, "applying", {}, lease);
    expect(await rejectionOf(moving)).to.be.instanceOf(LeaseLostError);
    expect(await stores().deployments.latest(stage, 10)).to.deep.equal([deployment]);
  });

  it("records nothing of a release that is not there", async () => {
    const { lease } = await begin();

    const recording = stores().deployments.record(aDeployment(), lease);

    expect(await rejectionOf(recording)).to.be.instanceOf(ReleaseNotFoundError);
    expect(await stores().deployments.latest(stage, 10)).to.deep.equal([]);
    expect((await stores().leases.read(stage))?.open).to.equal(undefined);
  });

  it("moves only along the table, from the stored status", async () => {
    const { lease, deployment } = await begin();
    await stores().deployments.record(deployment, lease);

    const skipping = stores().deployments.move(deployment, "succeeded", {}, lease);
    expect(await rejectionOf(skipping)).to.be.instanceOf(IllegalStatusError);
    const applying = await stores().deployments.move(deployment, "applying", {}, lease);
    expect(applying.status).to.equal("applying");
    expect((await stores().deployments.latest(stage, 1))[0]).to.deep.equal(applying);
  });

  it("forgets the open deployment when it has ended", async () => {
    const { lease, deployment } = await begin();
    await stores().deployments.record(deployment, lease);

    await stores().deployments.move(deployment, "failed", { reason: "why", date_finished: at(3) }, lease);

    expect((await stores().leases.read(stage))?.open).to.equal(undefined);
    const [stored] = await stores().deployments.latest(stage, 1);
    expect(stored).to.deep.include({ status: "failed", reason: "why", date_finished: at(3) });
  });

  it("R4 keeps every deployment as an item of its own", async () => {
    const { release } = await begin();
    const environments = Array.from({ length: 200 }, (_, n) => `env-${n}`);

    await Promise.all(
      environments.map(async (environmentId) => {
        const lease = aLease({ environmentId });
        await stores().leases.take(lease, undefined);
        const environment = { id: environmentId, name: environmentId };
        await stores().deployments.record(aDeployment({ release_id: release.release_id, environment }), lease);
      }),
    );

    const found = await stores().deployments.ofRelease(release.release_id);
    expect(new Set(found.map(({ environment }) => environment.id))).to.deep.equal(new Set(environments));
  }).timeout(60_000);

  it("finds the latest deployment with a status behind many others", async () => {
    const { lease, release } = await begin();
    for (let n = 0; n < 40; n += 1) {
      const deployment = aDeployment({ release_id: release.release_id, date_created: at(n) });
      await stores().deployments.record(deployment, lease);
      if (n > 2) continue;
      let moved = await stores().deployments.move(deployment, "applying", {}, lease);
      moved = await stores().deployments.move(moved, "verifying", {}, lease);
      await stores().deployments.move(moved, "succeeded", {}, lease);
    }

    expect((await stores().deployments.latestWith(stage, "succeeded"))?.date_created).to.equal(at(2));
    expect(await stores().deployments.latestWith(stage, "needs-attention")).to.equal(undefined);
    expect((await stores().deployments.latest(stage, 2)).map(({ date_created }) => date_created)).to.deep.equal([
      at(39),
      at(38),
    ]);
  }).timeout(60_000);
}

function holdContract(stores: () => Stores): void {
  it("keeps a pin until it is removed", async () => {
    const pin = { reason: "bad", date_created: at(1), pinned_by: { id: "a", name: "a" }, release_id: "r" };

    expect(await stores().holds.pin(stage)).to.equal(undefined);
    await stores().holds.putPin(stage, pin);
    expect(await stores().holds.pin(stage)).to.deep.equal(pin);
    expect(await stores().holds.removePin(stage)).to.deep.equal(pin);
    expect(await stores().holds.removePin(stage)).to.equal(undefined);
  });

  it("keeps a rejection apart from the release's deployments", async () => {
    const rejection = { release_id: "r", reason: "bad", date_created: at(1), rejected_by: { id: "a", name: "a" } };

    await stores().holds.putRejection("shop", rejection);

    expect(await stores().holds.rejection("shop", "r")).to.deep.equal(rejection);
    expect(await stores().holds.rejection("shop", "s")).to.equal(undefined);
    expect(await stores().deployments.ofRelease("r")).to.deep.equal([]);
  });
}
