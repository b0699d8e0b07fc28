import { expect } from "chai";
import type { DeploymentStore } from "../../src/core/ports";
import { createDetectDrift, type DetectDriftDependencies } from "../../src/handlers/detect-drift";
import { createWorld, type World } from "../world";

interface Watched {
  readonly counted: [string, number][];
  readonly lines: string[];
  readonly run: ReturnType<typeof createDetectDrift>;
}

function watch(world: World, changes: Partial<DetectDriftDependencies> = {}): Watched {
  const counted: [string, number][] = [];
  const lines: string[] = [];
  const { memory, time } = world;
  const log = (message: string, fields: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const run = createDetectDrift({
    ...memory,
    projectId: memory.project.id,
    environments: memory.project.environments.map(({ id }) => ({ id, observerRoleArn: `observer-of-${id}` })),
    metrics: { countDrifted: (environment, services) => void counted.push([environment, services]) },
    log: { info: log, warn: log },
    clock: time.clock(),
    ids: { next: () => "run-1" },
    ...changes,
  });
  return { counted, lines, run };
}

/** A world whose first environment runs version 1. */
async function deployed(): Promise<{ world: World; environmentId: string }> {
  const world = createWorld();
  const environmentId = world.memory.project.environments[0]?.id ?? "";
  const { outcome } = await world.client.deployRelease({ releaseId: await world.release(1), environmentId });
  expect(outcome).to.equal("succeeded");
  world.memory.events.published.length = 0;
  return { world, environmentId };
}

describe("detect-drift", () => {
  it("counts zero and says nothing more when labels, record and services agree", async () => {
    const { world, environmentId } = await deployed();
    const { run, counted } = watch(world);

    const [report] = await run();

    expect(report).to.deep.equal({ environment: environmentId, outcome: "in-step", drifted: [] });
    expect(counted[0]).to.deep.equal([environmentId, 0]);
    expect(world.memory.events.published).to.deep.equal([]);
  });

  it("R7 reports a label that names another image than the release", async () => {
    const { world, environmentId } = await deployed();
    await world.memory.labels.put(environmentId, "cart", world.pinned("cart", 2), "by hand");
    const { run, counted, lines } = watch(world);

    const [report] = await run();

    expect(report?.drifted.map(({ service, drift }) => [service, drift])).to.deep.equal([["cart", ["label"]]]);
    expect(counted[0]).to.deep.equal([environmentId, 1]);
    const [event] = world.memory.events.published;
    expect(event?.type).to.equal("Drift Detected");
    expect(event?.detail).to.deep.include({ project_id: "shop", correlation_id: "run-1" });
    expect(lines[0]).to.contain('"correlation_id":"run-1"');
  });

  it("R7 reports a service that runs another digest than the release, when it may look", async () => {
    const { world, environmentId } = await deployed();
    world.memory.stacks.drift(environmentId, "till", world.pinned("till", 2));

    const [seen] = await watch(world).run();
    const [unseen] = await watch(world, { environments: [{ id: environmentId }] }).run();

    expect(seen?.drifted.map(({ service, drift }) => [service, drift])).to.deep.equal([["till", ["running"]]]);
    expect(unseen?.outcome).to.equal("in-step");
  });

  it("leaves an environment alone while a deployment is under way, but not when its holder died", async () => {
    const { world, environmentId } = await deployed();
    await world.memory.labels.put(environmentId, "cart", world.pinned("cart", 2), "being deployed");
    const renewedAt = world.time.clock().now().getTime();
    const lease = (age: number) => ({
      projectId: "shop",
      environmentId,
      holderId: "h",
      holderName: "ada",
      fencing: 9,
      since: "2026-11-21T10:00:00.000000",
      milliseconds: 30_000,
      renewals: 1,
      renewedAt: renewedAt - age,
      released: false,
    });
    const only = { environments: [{ id: environmentId }] };

    const [held] = await watch(world, { ...only, leases: { read: async () => lease(0) } }).run();
    const [dead] = await watch(world, { ...only, leases: { read: async () => lease(60_000) } }).run();

    expect(held?.outcome).to.equal("deploying");
    expect(dead?.outcome).to.equal("drifted");
  });

  it("says so when nothing was ever deployed", async () => {
    const [report] = await watch(createWorld()).run();

    expect(report?.outcome).to.equal("nothing-deployed");
  });

  it("looks at every environment before it fails, naming the one it could not look at", async () => {
    const { world, environmentId } = await deployed();
    const deployments: Pick<DeploymentStore, "latestWith"> = {
      latestWith: async (address, status) => {
        if (address.environmentId === environmentId) throw new Error("refused");
        return world.memory.deployments.latestWith(address, status);
      },
    };
    const { run, counted } = watch(world, { deployments });

    const failure = await run().then(
      () => "none",
      (error: Error) => `${error.name}: ${error.message}`,
    );

    expect(failure).to.equal(`DriftCheckError: drift could not be checked: ${environmentId}: refused`);
    expect(counted.map(([environment]) => environment)).to.deep.equal(
      world.memory.project.environments.slice(1).map(({ id }) => id),
    );
  });

  it("fails when its event could not be published, so that its alarm goes off", async () => {
    const { world, environmentId } = await deployed();
    world.memory.stacks.drift(environmentId, "till", world.pinned("till", 2));

    const failure = await watch(world, { events: { publish: async () => "AccessDenied" } })
      .run()
      .then(
        () => "none",
        (error: Error) => error.message,
      );

    expect(failure).to.contain("AccessDenied");
  });
});
