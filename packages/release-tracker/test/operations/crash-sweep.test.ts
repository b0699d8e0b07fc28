import { expect } from "chai";
import { isTerminal } from "../../src/core/deployment-status";
import { createTrackerClient } from "../../src/library-memory";
import type { TrackerDependencies } from "../../src/operations";
import { createWorld, SERVICES, withHook } from "../world";
import type { World } from "../world";

/** Life of a lease in the world. */
const LEASE = 30_000;

class Crash extends Error {
  override readonly name = "Crash";
}

/** A process that dies around its k-th call: from then on none of its calls gets through. */
function dyingAt(k: number, when: "before" | "after", deps: TrackerDependencies) {
  let calls = 0;
  let dead = false;
  const die = (moment: "before" | "after") => {
    if (moment === "before") calls += 1;
    if (moment === when && calls >= k) dead = true;
    if (dead) throw new Crash(`${moment} call ${k}`);
  };
  const hooked = withHook(deps, { before: () => die("before"), after: () => die("after") });
  return { deps: hooked, died: () => dead };
}

const labelsOf = async ({ memory }: World) =>
  Object.fromEntries((await memory.labels.read("stage", SERVICES)).map(({ service, uri }) => [service, uri]));

const runningIn = async ({ memory }: World) =>
  Object.fromEntries(
    Object.entries((await memory.stacks.current("stage")).services).map(([id, { image }]) => [id, image]),
  );

/** Deploys version 2 over version 1, dies on the way, recovers, and tells how it ended; undefined when it got through. */
async function crashAndRecover(k: number, when: "before" | "after", crashing: boolean): Promise<string | undefined> {
  const world = createWorld();
  await world.client.deployRelease({ releaseId: await world.release(1), environmentId: "stage" });
  const releaseId = await world.release(2);
  if (crashing) world.memory.stacks.crashing.add(world.pinned("till", 2));
  const { deps, died } = dyingAt(k, when, world.memory);
  try {
    await createTrackerClient(deps).deployRelease({ releaseId, environmentId: "stage" });
  } catch (error) {
    if (!died()) throw error;
  }
  if (!died()) return undefined;

  await world.time.sleep(LEASE);
  await world.client.recoverDeployment({ environmentId: "stage" });

  const [latest] = await world.client.deploymentHistory({ environmentId: "stage" });
  expect(isTerminal(latest?.status ?? "requested"), `${when} call ${k}: ${latest?.status}`).to.equal(true);
  const version = latest?.release_id === releaseId && latest.status === "succeeded" ? 2 : 1;
  const expected = Object.fromEntries(SERVICES.map((service) => [service, world.pinned(service, version)]));
  expect(await labelsOf(world), `labels, ${when} call ${k}`).to.deep.equal(expected);
  expect(await runningIn(world), `stack, ${when} call ${k}`).to.deep.equal(expected);
  expect(
    [...world.memory.tables.leases.values()].every(({ open, released }) => released && open === undefined),
  ).to.equal(true);
  return `${version === 2 ? "succeeded" : "failed"}`;
}

async function sweep(when: "before" | "after", crashing: boolean): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let k = 1; k < 500; k += 1) {
    const outcome = await crashAndRecover(k, when, crashing);
    if (outcome === undefined) return outcomes;
    outcomes.push(outcome);
  }
  throw new Error("the deployment never got through");
}

describe("a deployment whose process dies", () => {
  for (const when of ["before", "after"] as const) {
    it(`R6 ends in succeeded or failed, dying ${when} each of its calls`, async () => {
      const outcomes = await sweep(when, false);

      expect(outcomes).to.have.length.greaterThan(25);
      expect(new Set(outcomes)).to.deep.equal(new Set(["failed", "succeeded"]));
    }).timeout(60_000);

    it(`R6 ends in failed, dying ${when} each call of one that was going back`, async () => {
      expect(new Set(await sweep(when, true))).to.deep.equal(new Set(["failed"]));
    }).timeout(60_000);
  }

  it("R6 needs attention while a creation is unproven, and never forgets it unasked", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    const dying = withHook(world.memory, {
      before: (call) => {
        if (call === "stacks.up") world.memory.stacks.pending = ["vpc"];
        if (world.memory.stacks.pending.length > 0) throw new Crash();
      },
    });
    await createTrackerClient(dying)
      .deployRelease({ releaseId, environmentId: "stage" })
      .catch((error: unknown) => expect(error).to.be.instanceOf(Crash));
    await world.time.sleep(LEASE);

    const report = await world.client.recoverDeployment({ environmentId: "stage" });

    expect(report.settled?.status).to.equal("needs-attention");
    expect(report.settled?.reason).to.include("creation of vpc was interrupted");
    expect(world.memory.stacks.pending).to.deep.equal(["vpc"]);
  });

  it("R6 is settled by the next deployment, which then goes ahead", async () => {
    const world = createWorld();
    const releaseId = await world.release(1);
    let dead = false;
    const dying = withHook(world.memory, {
      before: (call) => {
        dead ||= call === "stacks.up";
        if (dead) throw new Crash();
      },
    });
    await createTrackerClient(dying)
      .deployRelease({ releaseId, environmentId: "stage" })
      .catch((error: unknown) => expect(error).to.be.instanceOf(Crash));
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
    let dead = false;
    const dying = withHook(world.memory, {
      before: (call) => {
        dead ||= call === "stacks.up";
        if (dead) throw new Crash();
      },
    });
    await createTrackerClient(dying)
      .deployRelease({ releaseId, environmentId: "stage" })
      .catch((error: unknown) => expect(error).to.be.instanceOf(Crash));

    const report = await world.client.recoverDeployment({ environmentId: "stage", dryRun: true });

    expect(report.written).to.equal(false);
    expect(report.findings[0]).to.include("is applying");
    expect((await world.client.deploymentHistory({ environmentId: "stage" }))[0]?.status).to.equal("applying");
  });
});
