import { rejectionOf, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { EVENT_TYPES } from "../../src/contract";
import { EnvironmentLockedError, EnvironmentNotFoundError, ReleaseNotFoundError } from "../../src/core/errors";
import { toTimestamp } from "../../src/core/release";
import { createTrackerClient } from "../../src/library-memory";
import { aLease, ecr, project } from "../fixtures";
import { createWorld, PORTS, SERVICES } from "../world";
import type { World } from "../world";

const labelsOf = async ({ memory }: World, label: string) =>
  Object.fromEntries((await memory.labels.read(label, SERVICES)).map(({ service, uri }) => [service, uri]));

describe("deployRelease", () => {
  let world: World;

  beforeEach(() => {
    world = createWorld();
  });

  it("writes the labels, updates the stack, proves the digests and records it", async () => {
    const releaseId = await world.release(1);

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage", description: "go" });

    expect(result.outcome).to.equal("succeeded");
    const images = Object.fromEntries(SERVICES.map((service) => [service, world.pinned(service, 1)]));
    expect(await labelsOf(world, "stage")).to.deep.equal(images);
    expect(world.memory.stacks.updates).to.deep.equal([images]);
    const [deployment] = await world.client.deploymentHistory({ environmentId: "stage" });
    expect(deployment).to.deep.include({
      status: "succeeded",
      kind: "deploy",
      images,
      previous_labels: {},
      fencing: 1,
    });
    expect(Object.keys(deployment?.verified ?? {})).to.have.members(SERVICES);
  });

  it("shows the seed's JSON, with exactly its keys", async () => {
    const releaseId = await world.release(1);
    await world.client.deployRelease({ releaseId, environmentId: "stage", description: "new pipeline" });

    const document = await world.client.showRelease({ releaseId });

    expect(Object.keys(document)).to.deep.equal([
      "date_created",
      "deployments",
      "description",
      "images",
      "last_date_deployed",
      "project_id",
      "project_name",
      "release_id",
      "requested_by",
    ]);
    const [deployment] = document.deployments;
    expect(Object.keys(deployment ?? {})).to.deep.equal(["date_created", "description", "environment", "requested_by"]);
    expect(deployment).to.deep.include({
      description: "new pipeline",
      environment: { id: "stage", name: "Staging" },
      requested_by: { id: "arn:aws:iam::000000000000:user/ada", name: "ada" },
    });
    expect(deployment?.date_created).to.equal(document.last_date_deployed);
    expect(document.date_created).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  });

  it("plans and writes nothing in a dry run", async () => {
    const releaseId = await world.release(1);

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage", dryRun: true });

    expect(result.outcome).to.equal("planned");
    expect(result.plan.images.map(({ service, change }) => [service, change])).to.deep.equal(
      SERVICES.map((service) => [service, "added"]),
    );
    expect(await labelsOf(world, "stage")).to.deep.equal({});
    expect(world.memory.tables.leases.size).to.equal(0);
    expect(world.memory.tables.deployments.size).to.equal(0);
  });

  it("stops before anything is written when the person says no", async () => {
    const releaseId = await world.release(1);

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage", confirm: async () => false });

    expect(result.outcome).to.equal("declined");
    expect(world.memory.tables.leases.size).to.equal(0);
  });

  it("restores labels and services when a new image crashes, and says why", async () => {
    await world.client.deployRelease({ releaseId: await world.release(1), environmentId: "stage" });
    const before = await labelsOf(world, "stage");
    const bad = await world.release(2);
    world.memory.stacks.crashing.add(world.pinned("till", 2));

    const result = await world.client.deployRelease({ releaseId: bad, environmentId: "stage" });

    expect(result.outcome).to.equal("failed");
    expect(result).to.have.property("reason").that.includes("till").and.includes("exited with 1");
    expect(await labelsOf(world, "stage")).to.deep.equal(before);
    expect(world.memory.stacks.updates.at(-1)).to.deep.equal(before);
    expect((await world.client.confirmDeployment({ environmentId: "stage" })).confirmed).to.equal(true);
  });

  it("deletes labels that were not there before when a first deployment fails", async () => {
    const releaseId = await world.release(1);
    world.memory.stacks.crashing.add(world.pinned("cart", 1));

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage" });

    expect(result.outcome).to.equal("failed");
    expect(await labelsOf(world, "stage")).to.deep.equal({});
  });

  it("needs attention when going back fails too", async () => {
    const releaseId = await world.release(1);
    world.memory.stacks.broken = "no capacity";

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage" });

    expect(result.outcome).to.equal("needs-attention");
    expect(result).to.have.property("reason").that.includes("going back failed too");
    const types = world.memory.events.published.map(({ type }) => type);
    expect(types.slice(-2)).to.deep.equal([EVENT_TYPES.deploymentStarted, EVENT_TYPES.deploymentNeedsAttention]);
  });

  it("rolls back by itself to the last good release when asked to", async () => {
    const good = await world.release(1);
    await world.client.deployRelease({ releaseId: good, environmentId: "stage" });
    const bad = await world.release(2);
    world.memory.stacks.crashing.add(world.pinned("till", 2));

    const result = await world.client.deployRelease({ releaseId: bad, environmentId: "stage", autoRollback: true });

    expect(result).to.have.nested.property("rollback.outcome", "succeeded");
    const [latest] = await world.client.deploymentHistory({ environmentId: "stage" });
    expect(latest).to.deep.include({ kind: "automatic-rollback", release_id: good, status: "succeeded" });
  });

  it("restores and records it when its requester cancels", async () => {
    const releaseId = await world.release(1);
    const abort = new AbortController();
    const deps = withHooks(world.memory, PORTS, {
      before: (call) => (call === "stacks.up" ? abort.abort() : undefined),
    });

    const result = await createTrackerClient(deps).deployRelease({
      releaseId,
      environmentId: "stage",
      signal: abort.signal,
    });

    expect(result).to.deep.include({ outcome: "failed", reason: "cancelled by its requester" });
    expect(await labelsOf(world, "stage")).to.deep.equal({});
  });

  it("R1 deploys the digest that was prepared, whatever the tag names by then", async () => {
    const releaseId = await world.release(1);
    world.memory.registry.push(ecr("cart", "1"), { digest: `sha256:${"f".repeat(64)}` });

    await world.client.deployRelease({ releaseId, environmentId: "stage" });

    expect((await labelsOf(world, "stage"))["cart"]).to.equal(world.pinned("cart", 1));
  });

  it("R7 fails when the stack runs something else than the release", async () => {
    const releaseId = await world.release(1);
    const deps = {
      ...world.memory,
      services: {
        observe: async (...args: Parameters<typeof world.memory.services.observe>) => ({
          ...(await world.memory.services.observe(...args)),
          digests: [`sha256:${"e".repeat(64)}`],
        }),
      },
    };

    const result = await createTrackerClient(deps).deployRelease({ releaseId, environmentId: "stage" });

    expect(result.outcome).to.equal("failed");
    expect(result).to.have.property("reason").that.includes("in place of");
  });

  it("takes the short cut for an unchanged release only when asked to", async () => {
    const releaseId = await world.release(1);
    await world.client.deployRelease({ releaseId, environmentId: "stage" });

    const again = await world.client.deployRelease({ releaseId, environmentId: "stage", skipUnchanged: true });
    const full = await world.client.deployRelease({ releaseId, environmentId: "stage" });

    expect([again.outcome, full.outcome]).to.deep.equal(["unchanged", "succeeded"]);
    expect(world.memory.stacks.updates).to.have.length(2);
  });

  it("refuses at once while somebody else deploys", async () => {
    const releaseId = await world.release(1);
    const since = toTimestamp(world.memory.clock.now());
    await world.memory.leases.take(aLease({ holderName: "bob", since }), undefined);

    const error = await rejectionOf(world.client.deployRelease({ releaseId, environmentId: "stage" }));

    expect(error).to.be.instanceOf(EnvironmentLockedError);
    expect(String(error)).to.include("bob");
  });

  it("writes nothing when the stack is locked", async () => {
    const releaseId = await world.release(1);
    world.memory.stacks.locked = new Error("stack stage is locked by bob");

    const error = await rejectionOf(world.client.deployRelease({ releaseId, environmentId: "stage" }));

    expect(String(error)).to.include("locked by bob");
    expect(world.memory.tables.deployments.size).to.equal(0);
    expect(await labelsOf(world, "stage")).to.deep.equal({});
    expect([...world.memory.tables.leases.values()].map(({ released }) => released)).to.deep.equal([true]);
  });

  it("names unknown environments and releases", async () => {
    const releaseId = await world.release(1);
    const wrongPlace = rejectionOf(world.client.deployRelease({ releaseId, environmentId: "moon" }));
    const wrongRelease = rejectionOf(world.client.deployRelease({ releaseId: "x", environmentId: "stage" }));

    expect(await wrongPlace)
      .to.be.instanceOf(EnvironmentNotFoundError)
      .with.property("hint", "use one of: stage, prod");
    expect(await wrongRelease).to.be.instanceOf(ReleaseNotFoundError);
  });

  it("previews the stack with the new images before any label is written", async () => {
    const releaseId = await world.release(1);

    const result = await world.client.deployRelease({
      releaseId,
      environmentId: "stage",
      previewStack: true,
      dryRun: true,
    });

    expect(result.plan.stack?.changes).to.deep.equal({ update: 3, same: 0 });
  });

  it("says which services it could not verify", async () => {
    await world.publish(1);
    const { release } = await world.client.prepareRelease({ description: "" });
    const current = world.memory.stacks.up.bind(world.memory.stacks);
    world.memory.stacks.up = async (...args) => {
      const { services } = await current(...args);
      return { services: Object.fromEntries(Object.entries(services).filter(([service]) => service !== "till")) };
    };

    const result = await world.client.deployRelease({ releaseId: release.release_id, environmentId: "stage" });

    expect(result).to.have.property("outcome", "succeeded");
    expect(result)
      .to.have.property("notices")
      .that.satisfies((all: string[]) => all.join().includes("till"));
  });
});

describe("gates of deployRelease", () => {
  let world: World;

  beforeEach(() => {
    world = createWorld();
  });

  it("refuses production before staging has the same release", async () => {
    const [one, two] = [await world.release(1), await world.release(2)];
    await world.client.deployRelease({ releaseId: one, environmentId: "stage" });

    const early = await world.client.deployRelease({ releaseId: two, environmentId: "prod" });
    const fine = await world.client.deployRelease({ releaseId: one, environmentId: "prod" });

    expect(early).to.deep.include({
      outcome: "refused",
      refusals: [{ kind: "order", environmentId: "prod", requires: "stage", releaseId: two }],
    });
    expect(fine.outcome).to.equal("succeeded");
  });

  it("waits for the soak time", async () => {
    const environments = project.environments.map((each) =>
      each.id === "prod" ? { ...each, soak_minutes: 30 } : each,
    );
    world = createWorld({ ...project, environments });
    const releaseId = await world.release(1);
    await world.client.deployRelease({ releaseId, environmentId: "stage" });

    const early = await world.client.deployRelease({ releaseId, environmentId: "prod" });
    await world.time.sleep(31 * 60_000);
    const late = await world.client.deployRelease({ releaseId, environmentId: "prod" });

    expect(early).to.have.nested.property("refusals[0].kind", "soak");
    expect(late.outcome).to.equal("succeeded");
  });

  it("refuses a rejected release with the reason, also to a rollback", async () => {
    const releaseId = await world.release(1);
    await world.client.rejectRelease({ releaseId, reason: "loses orders" });

    const deploy = await world.client.deployRelease({ releaseId, environmentId: "stage" });
    const rollback = await world.client.rollbackRelease({ releaseId, environmentId: "stage", reason: "x" });

    expect(deploy).to.have.nested.property("refusals[0].reason", "loses orders");
    expect(rollback.outcome).to.equal("refused");
  });

  it("R5 checks pins again once it holds the lease", async () => {
    const releaseId = await world.release(1);
    const confirm = async () => {
      await world.client.pinEnvironment({ environmentId: "stage", reason: "incident" });
      return true;
    };

    const result = await world.client.deployRelease({ releaseId, environmentId: "stage", confirm });

    expect(result).to.have.nested.property("refusals[0].kind", "pinned");
    expect(await labelsOf(world, "stage")).to.deep.equal({});
  });
});

describe("rollbackRelease", () => {
  it("goes back to the release before, pins it, and holds until unpinned", async () => {
    const world = createWorld();
    const [one, two] = [await world.release(1), await world.release(2)];
    await world.client.deployRelease({ releaseId: one, environmentId: "stage" });
    await world.client.deployRelease({ releaseId: two, environmentId: "stage" });

    const back = await world.client.rollbackRelease({ environmentId: "stage", reason: "two is slow" });
    const held = await world.client.deployRelease({ releaseId: two, environmentId: "stage" });
    await world.client.unpinEnvironment({ environmentId: "stage" });
    const again = await world.client.deployRelease({ releaseId: two, environmentId: "stage" });

    expect(back.outcome).to.equal("succeeded");
    expect((await world.client.deploymentHistory({ environmentId: "stage" }))[1]).to.deep.include({
      kind: "rollback",
      release_id: one,
    });
    expect(held).to.have.nested.property("refusals[0].kind", "pinned");
    expect(again.outcome).to.equal("succeeded");
  });

  it("skips rejected releases and says when there is none", async () => {
    const world = createWorld();
    const [one, two] = [await world.release(1), await world.release(2)];
    await world.client.deployRelease({ releaseId: one, environmentId: "stage" });
    await world.client.deployRelease({ releaseId: two, environmentId: "stage" });
    await world.client.rejectRelease({ releaseId: one, reason: "bad" });

    const error = await rejectionOf(world.client.rollbackRelease({ environmentId: "stage", reason: "x" }));

    expect(error).to.have.property("code", "no-earlier-release");
  });
});
