import { expect } from "chai";
import { createHandleAppEvents } from "../../src/handlers/handle-app-events";
import { createSweepPipelines } from "../../src/handlers/sweep-pipelines";
import { isLegal, type Status } from "../../src/core/status";
import type { MemoryInfrastructure } from "../../src/library-memory";
import { requestProvision } from "../../src/operations/provision-site";
import { requestDeletion } from "../../src/operations/teardown-site";
import { Crash, dying, sweepCrashes, watched, type CrashPoint } from "../support/crashes";
import {
  buildEvent,
  codeBuildTells,
  createWorld,
  deliver,
  functionsOf,
  provisioned,
  requestOf,
  settle,
  SETTINGS,
  shaOf,
  statusOf,
  type World,
} from "../support/sites-world";
import { createUpdateBuild } from "../../src/handlers/update-build";
import { createSite } from "../../src/operations/create-site";
import type { QueueDependencies } from "../../src/handlers/consume";

/** Never a record to a distribution that is gone, or that nobody made. */
function expectNoDanglingRecord(infrastructure: MemoryInfrastructure): void {
  for (const [site, { record, distribution }] of infrastructure.sites) {
    expect(!record || distribution !== undefined, `${site}: record exists => distribution exists`).to.equal(true);
  }
}

/** Delivers everything until nothing waits or the process is dead; a message of a dead process comes again. */
async function settleUntilDead(world: World, process: QueueDependencies, isDead: () => boolean): Promise<void> {
  const functions = functionsOf(process);
  const names = Object.keys(functions) as (keyof typeof functions)[];
  while (!isDead() && names.some((name) => world.queues[name].messages.length > 0)) {
    for (const name of names) {
      await deliver(world.queues[name], async (batch) => {
        try {
          return await functions[name](batch);
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          return { batchItemFailures: batch.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
        }
      });
      if (isDead()) return;
    }
  }
}

/** What a machine that lives does afterwards: the messages that are there, and the sweeper, an hour long. */
async function recover(world: World): Promise<void> {
  await settle(world);
  for (let turn = 0; turn < 6; turn += 1) {
    world.clock.pass(11 * 60_000);
    await createSweepPipelines(world)();
    await settle(world);
  }
}

/** Every move was told at least once: the story has no gap, whatever was told twice or late. */
function expectWholeStory(world: World): void {
  const told = new Map(
    world.events.published
      .filter(({ type }) => type === "Site Status Changed")
      .map(({ detail }) => [detail["event_id"], detail] as const),
  );
  const story = [...told.values()].sort((a, b) => (a["version"] as number) - (b["version"] as number));
  story.slice(1).forEach((detail, index) => {
    expect(detail["from"], `before ${String(detail["to"])}`).to.equal(story[index]?.["to"]);
    expect(isLegal(detail["from"] as Status, detail["to"] as Status)).to.equal(true);
  });
  expect(story.at(-1)?.["to"]).to.equal(statusOf(world) ?? "Deleted");
  expect(world.pipelines.outbox.size).to.equal(0);
}

/** Runs something in a process that may die. */
async function mayDie(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

const world = (): World => createWorld({ slow: 1, maxReceives: 50 });

describe("a process that dies at any call", () => {
  it("P6 provisioning is resumed: ready in the end, and no record before its distribution", async () => {
    const points = await sweepCrashes(async (point) => {
      const w = world();
      await createSite(w, "shop", SETTINGS, "c");
      await requestProvision(w, "shop", "c");
      const { process, state } = dying(w, point);
      const looking = watched(process, { after: () => expectNoDanglingRecord(w.infrastructure) });
      await settleUntilDead(w, looking, () => state.dead);
      await recover(w);

      expect(statusOf(w), JSON.stringify(point)).to.equal("Ready for Deployment");
      expect(w.infrastructure.sites.get("shop")).to.deep.equal({
        bucket: true,
        certificate: true,
        distribution: "enabled",
        project: true,
        record: true,
      });
      expectWholeStory(w);
      return state.dead;
    });
    expect(points).to.be.greaterThan(25);
  }).timeout(60_000);

  it("P6 a teardown is resumed: nothing left in the end, and never a record to a distribution that is gone", async () => {
    const points = await sweepCrashes((point) => tearDown(point));
    expect(points).to.be.greaterThan(20);
  }).timeout(60_000);

  it("P6 the test notices a teardown that deletes the distribution first", async () => {
    const w = world();
    await provisioned(w);
    const { record, distribution } = w.infrastructure.remove;
    const backwards = { ...w.infrastructure.remove, record: distribution, distribution: record };
    const infrastructure = {
      provision: w.infrastructure.provision,
      remove: backwards,
      disable: w.infrastructure.disable.bind(w.infrastructure),
    };
    let seen = "";
    const looking = watched(
      { ...w, infrastructure },
      {
        after: () => {
          try {
            expectNoDanglingRecord(w.infrastructure);
          } catch (error) {
            seen = String(error);
          }
        },
      },
    );
    await requestDeletion(w, "shop", "c");
    await settle(w, looking as World);
    expect(seen).to.include("record exists => distribution exists");
  });

  async function tearDown(point: CrashPoint): Promise<boolean> {
    const w = world();
    await provisioned(w);
    await requestDeletion(w, "shop", "c");
    const { process, state } = dying(w, point);
    const looking = watched(process, { after: () => expectNoDanglingRecord(w.infrastructure) });
    await settleUntilDead(w, looking, () => state.dead);
    expectNoDanglingRecord(w.infrastructure);
    await recover(w);

    expect(w.pipelines.rows.size, JSON.stringify(point)).to.equal(0);
    expect(w.infrastructure.isEmpty("shop")).to.equal(true);
    expectWholeStory(w);
    return state.dead;
  }

  it("P2 a deployment is resumed: the newest commit is live in the end, and everyone was told", async () => {
    const points = await sweepCrashes(async (point) => {
      const w = world();
      await provisioned(w);
      await w.queues.executor.send([requestOf(1)]);
      const { process, state } = dying(w, point);
      const isDead = () => state.dead;
      await settleUntilDead(w, process, isDead);
      await w.queues.executor.send([requestOf(2)]);
      await settleUntilDead(w, process, isDead);
      await recover(w);
      // CodeBuild's topic sends again what nobody acknowledged.
      w.builder.archive("shop", 2);
      const Records = [{ messageId: "b", body: buildEvent("shop", 2, "SUCCEEDED"), attributes: {} }];
      await mayDie(() => createUpdateBuild(process)({ Records }));
      await settleUntilDead(w, process, isDead);
      await codeBuildTells(w, "shop", 2, "SUCCEEDED");
      await recover(w);

      expect([statusOf(w), w.deployer.live.get("shop")?.commit], JSON.stringify(point)).to.deep.equal([
        "Deployed",
        shaOf(2),
      ]);
      expectWholeStory(w);
      return state.dead;
    });
    expect(points).to.be.greaterThan(30);
  }).timeout(60_000);

  it("an app's events are taken up again", async () => {
    const message = (body: object) => ({ Records: [{ messageId: "m", body: JSON.stringify(body), attributes: {} }] });
    await sweepCrashes(async (point) => {
      const w = world();
      const { process, state } = dying(w, point);
      for (const body of [
        { type: "Created", app_id: "shop", settings: SETTINGS },
        { type: "Deleted", app_id: "shop" },
      ]) {
        await mayDie(() => createHandleAppEvents(process)(message(body)));
        await createHandleAppEvents(w)(message(body));
      }
      await recover(w);
      expect(w.pipelines.rows.size, JSON.stringify(point)).to.equal(0);
      expectWholeStory(w);
      return state.dead;
    });
  }).timeout(60_000);
});

describe("provisioning and teardown that fail", () => {
  /** Infrastructure of which one step fails as often as asked. */
  const failing = (w: World, step: string, times: number): World => {
    let left = times;
    const { provision, remove } = w.infrastructure;
    const break_ = <T extends object>(steps: T): T =>
      Object.fromEntries(
        Object.entries(steps).map(([name, run]) => [
          name,
          async (row: unknown): Promise<unknown> => {
            if (name === step && (left -= 1) >= 0) throw new Error("throttled");
            return (run as (row: unknown) => unknown)(row);
          },
        ]),
      ) as T;
    const infrastructure = {
      provision: break_(provision),
      remove: break_(remove),
      disable: w.infrastructure.disable.bind(w.infrastructure),
    };
    return { ...w, infrastructure } as unknown as World;
  };

  for (const step of ["bucket", "certificate", "distribution", "project", "record"]) {
    it(`P6 ${step}: tried again; what fails for good says why, and works when it is asked for again`, async () => {
      const w = createWorld({ maxReceives: 3 });
      await createSite(w, "shop", SETTINGS, "c");
      await requestProvision(w, "shop", "c");
      await settle(w, failing(w, step, 2));
      expect(statusOf(w)).to.equal("Ready for Deployment");

      const other = createWorld({ maxReceives: 3 });
      await createSite(other, "shop", SETTINGS, "c");
      await requestProvision(other, "shop", "c");
      await settle(other, failing(other, step, 3));
      expect(other.pipelines.rows.get("shop")).to.include({
        status: "Failed to Provision",
        reason: `[${step}] throttled`,
      });
      await requestProvision(other, "shop", "c");
      await settle(other);
      expect(statusOf(other)).to.equal("Ready for Deployment");
    });

    it(`P6 removal of ${step}: tried again; what fails for good says why, and works when it is asked for again`, async () => {
      const w = createWorld({ maxReceives: 3 });
      await provisioned(w);
      await requestDeletion(w, "shop", "c");
      await settle(w, failing(w, step, 3));
      expect(statusOf(w)).to.equal("Failed to Delete");
      expect(w.pipelines.rows.get("shop")?.reason).to.equal("throttled");
      expectNoDanglingRecord(w.infrastructure);

      await requestDeletion(w, "shop", "c");
      await settle(w);
      expect(w.pipelines.rows.size).to.equal(0);
      expect(w.infrastructure.isEmpty("shop")).to.equal(true);
    });
  }

  it("what is asked for while it provisions or goes live is removed after that", async () => {
    const w = createWorld({ slow: 1 });
    await createSite(w, "shop", SETTINGS, "c");
    await requestProvision(w, "shop", "c");
    await deliver(w.queues.provision, functionsOf(w).provision);
    expect(statusOf(w)).to.equal("Provisioning");
    expect(await requestDeletion(w, "shop", "c")).to.equal("when idle");
    await settle(w);
    expect(w.pipelines.rows.size).to.equal(0);
    expect(w.infrastructure.isEmpty("shop")).to.equal(true);
  });
});
