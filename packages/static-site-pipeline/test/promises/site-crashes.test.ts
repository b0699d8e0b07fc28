import { crashSweep, withHooks, type Ports } from "@slipway/testing";
import { expect } from "chai";
import { createHandleAppEvents } from "../../src/handlers/handle-app-events";
import { createSweepPipelines } from "../../src/handlers/sweep-pipelines";
import { isLegal, type Status } from "../../src/core/status";
import type { MemoryInfrastructure } from "../../src/library-memory";
import { requestProvision } from "../../src/operations/provision-site";
import { requestDeletion } from "../../src/operations/teardown-site";
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

/** Ports that a process may die around. */
const PORTS = [
  "pipelines",
  ...(["executor", "deploy", "provision", "startTeardown", "teardown"] as const).map(
    (name) => `queues.${name}` as const,
  ),
  "builder",
  "outputs",
  "deployer",
  "infrastructure",
  "infrastructure.provision",
  "infrastructure.remove",
  "statuses",
  "events",
] as const satisfies Ports<World>;

/** Records to a distribution that is gone, or that nobody made. */
const danglingIn = ({ sites }: MemoryInfrastructure): readonly string[] =>
  [...sites].flatMap(([site, { record, distribution }]) => (record && distribution === undefined ? [site] : []));

/** A world of which a process may die, and what was seen of it after each of its calls. */
interface Stage extends World {
  /** The world itself, which lives on. */
  readonly living: World;
  readonly dangling: string[];
}

async function stageOf(prepare: (w: World) => Promise<unknown>): Promise<Stage> {
  const living = createWorld({ slow: 1, maxReceives: 50 });
  await prepare(living);
  return { ...living, living, dangling: [] };
}

/** Everything that waits is delivered to the process. */
const work = (mortal: Stage): Promise<void> => {
  const after = (): void => void mortal.dangling.push(...danglingIn(mortal.living.infrastructure));
  return settle(mortal.living, withHooks<Stage>(mortal, PORTS, { after }));
};

/** What a machine that lives does afterwards: the messages that are there or come again, and the sweeper, an hour long. */
async function recover(world: World): Promise<void> {
  for (const queue of Object.values(world.queues)) queue.expire();
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

describe("a process that dies at any call", () => {
  it("P6 provisioning is resumed: ready in the end, and no record before its distribution", async () => {
    const calls = await crashSweep<Stage>({
      world: () =>
        stageOf(async (w) => {
          await createSite(w, "shop", SETTINGS, "c");
          await requestProvision(w, "shop", "c");
        }),
      ports: PORTS,
      act: work,
      check: async ({ living: w, dangling }) => {
        await recover(w);

        expect(dangling).to.deep.equal([]);
        expect(statusOf(w)).to.equal("Ready for Deployment");
        expect(w.infrastructure.sites.get("shop")).to.deep.equal({
          bucket: true,
          certificate: true,
          distribution: "enabled",
          project: true,
          record: true,
        });
        expectWholeStory(w);
      },
    });
    expect(calls).to.have.length.greaterThan(25);
  }).timeout(60_000);

  it("P6 a teardown is resumed: nothing left in the end, and never a record to a distribution that is gone", async () => {
    const calls = await crashSweep<Stage>({
      world: () =>
        stageOf(async (w) => {
          await provisioned(w);
          await requestDeletion(w, "shop", "c");
        }),
      ports: PORTS,
      act: work,
      check: async ({ living: w, dangling }) => {
        expect(danglingIn(w.infrastructure)).to.deep.equal([]);
        await recover(w);

        expect(dangling).to.deep.equal([]);
        expect(w.pipelines.rows.size).to.equal(0);
        expect(w.infrastructure.isEmpty("shop")).to.equal(true);
        expectWholeStory(w);
      },
    });
    expect(calls).to.have.length.greaterThan(20);
  }).timeout(60_000);

  it("P6 the test notices a teardown that deletes the distribution first", async () => {
    const { living: w, ...stage } = await stageOf(provisioned);
    const { record, distribution } = w.infrastructure.remove;
    const infrastructure = {
      provision: w.infrastructure.provision,
      remove: { ...w.infrastructure.remove, record: distribution, distribution: record },
      disable: w.infrastructure.disable.bind(w.infrastructure),
    };
    await requestDeletion(w, "shop", "c");
    await work({ ...stage, living: w, infrastructure: infrastructure as MemoryInfrastructure });
    expect(stage.dangling).to.include("shop");
  });

  it("P2 a deployment is resumed: the newest commit is live in the end, and everyone was told", async () => {
    const built = { Records: [{ messageId: "b", body: buildEvent("shop", 2, "SUCCEEDED"), attributes: {} }] };
    const calls = await crashSweep<Stage>({
      world: () => stageOf(provisioned),
      ports: PORTS,
      act: async (mortal) => {
        const { living } = mortal;
        for (const n of [1, 2]) {
          await living.queues.executor.send([requestOf(n)]);
          await work(mortal);
        }
        living.builder.archive("shop", 2);
        await createUpdateBuild(mortal)(built);
        await work(mortal);
      },
      check: async ({ living: w }) => {
        await recover(w);
        // Hosts and CodeBuild's topic send again what nobody acknowledged.
        await w.queues.executor.send([requestOf(1), requestOf(2)]);
        await settle(w);
        w.builder.archive("shop", 2);
        await codeBuildTells(w, "shop", 2, "SUCCEEDED");
        await recover(w);

        expect([statusOf(w), w.deployer.live.get("shop")?.commit]).to.deep.equal(["Deployed", shaOf(2)]);
        expectWholeStory(w);
      },
    });
    expect(calls).to.have.length.greaterThan(30);
  }).timeout(60_000);

  it("an app's events are taken up again", async () => {
    const takes = [
      { type: "Created", app_id: "shop", settings: SETTINGS },
      { type: "Deleted", app_id: "shop" },
    ].map((body) => {
      const Records = [{ messageId: "m", body: JSON.stringify(body), attributes: {} }];
      return (deps: QueueDependencies) => createHandleAppEvents(deps)({ Records });
    });
    for (const [index, take] of takes.entries()) {
      await crashSweep<Stage>({
        world: () =>
          stageOf(async (w) => {
            for (const before of takes.slice(0, index)) await before(w);
          }),
        ports: PORTS,
        act: take,
        check: async ({ living: w }) => {
          await take(w);
          await recover(w);
          expect(statusOf(w)).to.equal(index === 0 ? "Pre Provisioned" : undefined);
          expectWholeStory(w);
        },
      });
    }
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
      expect(danglingIn(w.infrastructure)).to.deep.equal([]);

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
