import { crashSweep, runKilled, type CrashPoint } from "@slipway/testing";
import { expect } from "chai";
import { isTerminal } from "../../src/core/deployment-status";
import { createTrackerClient } from "../../src/library-memory";
import { createWorld, PORTS, SERVICES } from "../world";
import type { World } from "../world";

/** Life of a lease in the world. */
const LEASE = 30_000;

const labelsOf = async ({ memory }: World) =>
  Object.fromEntries((await memory.labels.read("stage", SERVICES)).map(({ service, uri }) => [service, uri]));

const runningIn = async ({ memory }: World) =>
  Object.fromEntries(
    Object.entries((await memory.stacks.current("stage")).services).map(([id, { image }]) => [id, image]),
  );

/** Kills the deployment of version 2 over version 1 around each of its calls, recovers, and tells how each one ended. */
async function sweep(crashing: boolean): Promise<readonly string[]> {
  const outcomes: string[] = [];
  await crashSweep({
    world: async () => {
      const world = createWorld();
      await world.client.deployRelease({ releaseId: await world.release(1), environmentId: "stage" });
      if (crashing) world.memory.stacks.crashing.add(world.pinned("till", 2));
      return { ...world.memory, world, releaseId: await world.release(2) };
    },
    ports: PORTS,
    act: (mortal) => createTrackerClient(mortal).deployRelease({ releaseId: mortal.releaseId, environmentId: "stage" }),
    check: async ({ world, releaseId }, point) => {
      if (point !== undefined) outcomes.push(await recoverAndCheck(world, releaseId));
    },
  });
  return outcomes;
}

async function recoverAndCheck(world: World, releaseId: string): Promise<string> {
  await world.time.sleep(LEASE);
  await world.client.recoverDeployment({ environmentId: "stage" });

  const [latest] = await world.client.deploymentHistory({ environmentId: "stage" });
  expect(isTerminal(latest?.status ?? "requested"), latest?.status).to.equal(true);
  const version = latest?.release_id === releaseId && latest.status === "succeeded" ? 2 : 1;
  const expected = Object.fromEntries(SERVICES.map((service) => [service, world.pinned(service, version)]));
  expect(await labelsOf(world), "labels").to.deep.equal(expected);
  expect(await runningIn(world), "stack").to.deep.equal(expected);
  expect(
    [...world.memory.tables.leases.values()].every(({ open, released }) => released && open === undefined),
  ).to.equal(true);
  return version === 2 ? "succeeded" : "failed";
}

/** Begins a deployment whose process is killed at this point. */
async function deployKilled({ memory }: World, releaseId: string, at: CrashPoint): Promise<void> {
  const ended = await runKilled(memory, PORTS, at, (deps) =>
    createTrackerClient(deps).deployRelease({ releaseId, environmentId: "stage" }),
  );
  expect(ended).to.deep.equal({ killed: true });
}

describe("a deployment whose process dies", () => {
  it("F8 R6 ends in succeeded or failed, killed around each of its calls", async () => {
    const outcomes = await sweep(false);

    expect(outcomes).to.have.length.greaterThan(50);
    expect(new Set(outcomes)).to.deep.equal(new Set(["failed", "succeeded"]));
  }).timeout(60_000);

  it("F8 R6 ends in failed, killed around each call of one that was going back", async () => {
    expect(new Set(await sweep(true))).to.deep.equal(new Set(["failed"]));
  }).timeout(60_000);

  it("R6 needs attention while a creation is unproven, and never forgets it unasked", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    await deployKilled(world, releaseId, { call: "stacks.up", when: "before" });
    world.memory.stacks.pending = ["vpc"];
    await world.time.sleep(LEASE);

    const report = await world.client.recoverDeployment({ environmentId: "stage" });

    expect(report.settled?.status).to.equal("needs-attention");
    expect(report.settled?.reason).to.include("creation of vpc was interrupted");
    expect(world.memory.stacks.pending).to.deep.equal(["vpc"]);
  });

  it("R6 is settled by the next deployment, which then goes ahead", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    await deployKilled(world, releaseId, { call: "stacks.up", when: "before" });
    const notices: string[] = [];
    await world.time.sleep(LEASE);

    const result = await world.client.deployRelease({
      releaseId,
      environmentId: "stage",
      onProgress: (progress) => progress.kind === "notice" && notices.push(progress.message),
    });

    expect(result.outcome).to.equal("succeeded");
    expect(notices.join()).to.include("was applying when its process died");
    const statuses = (await world.client.deploymentHistory({ environmentId: "stage" })).map(({ status }) => status);
    expect(statuses).to.deep.equal(["succeeded", "failed"]);
  });

  it("R6 only looks in a dry run", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    await deployKilled(world, releaseId, { call: "stacks.up", when: "before" });

    const report = await world.client.recoverDeployment({ environmentId: "stage", dryRun: true });

    expect(report.written).to.equal(false);
    expect(report.findings[0]).to.include("is applying");
    expect((await world.client.deploymentHistory({ environmentId: "stage" }))[0]?.status).to.equal("applying");
  });
});
