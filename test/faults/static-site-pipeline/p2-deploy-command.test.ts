import {
  caughtBy,
  pickOne,
  randomIndex,
  randomNumbers,
  seededIt,
  withHooks,
  type RandomNumbers,
} from "@slipway/testing";
import { expect } from "chai";
import { createExecutePipeline } from "../../../packages/static-site-pipeline/src/handlers/execute-pipeline";
import { createSiteClient } from "../../../packages/static-site-pipeline/src/operations";
import {
  buildSucceeds,
  createWorld,
  provisioned,
  REPOSITORY,
  settle,
  shaOf,
  type World,
} from "../../../packages/static-site-pipeline/test/support/sites-world";

const SOURCE = { kind: "code-push", repository: REPOSITORY, branch: "main" } as const;

/** What a mutant lacks. */
interface Guards {
  /** Whether code push itself is asked what is archived, or only what it told. */
  readonly asks: boolean;
  /** Milliseconds that a command's clock is at before it looks anything up; a late one stamps it afterwards. */
  readonly late: number;
}

/** Code push's event, as EventBridge hands it over: its time has whole seconds. */
function pushed(world: World, number: number): string {
  const commit = shaOf(number);
  const { archive } = world.archives.push(REPOSITORY, "main", commit);
  const time = `${world.clock.now().toISOString().slice(0, 19)}Z`;
  const ref = { ref: "refs/heads/main", ref_kind: "branch", latest: true };
  const detail = { ...ref, repository: REPOSITORY, sha: commit, ...archive, correlation_id: `push-${number}` };
  return JSON.stringify({ "detail-type": "Source Pushed", time, detail });
}

/** Pushes, commands and zips in any order; events come late, double and in any order. */
async function history(random: RandomNumbers, { asks, late }: Guards): Promise<void> {
  const world = createWorld();
  await provisioned(world, "shop", { name: "Shop", source: SOURCE });
  const events: string[] = [];
  let last = 0;
  const push = (): void => void events.push(pushed(world, (last += 1)));
  const find = async (_call: string, run: () => Promise<unknown>, args: readonly unknown[]): Promise<unknown> => {
    const found = asks || args[1] !== undefined ? await run() : undefined;
    // The branch moves on while a command looks.
    if (random() < 0.3) push();
    return found;
  };
  const clock = { now: () => new Date(world.clock.now().getTime() + late) };
  const client = createSiteClient({ ...withHooks(world, ["archives"], find), clock });
  const execute = createExecutePipeline(world);
  const acts = [
    async () => push(),
    () => client.deploy("shop"),
    () => client.deploy("shop", { commit: shaOf(1 + randomIndex(random, last)) }),
    () => client.release("shop", { zip: "site.zip" }),
    async () => {
      const body = pickOne(random, events as [string, ...string[]]);
      await execute({ Records: [{ messageId: "m", body, attributes: {} }] });
    },
    () => settle(world),
    async () => {
      const build = world.pipelines.rows.get("shop")?.current;
      if (build !== undefined) await buildSucceeds(world, build.number);
    },
  ] as const;
  push();
  const [first] = events.map((body) => ({ Records: [{ messageId: "m", body, attributes: {} }] }));
  if (first !== undefined) await execute(first);
  await settle(world);
  for (let step = 0; step < 12; step += 1) await pickOne(random, acts)();
  // Somebody asks for what the branch is at, while events are still on their way.
  await client.deploy("shop");
  for (const body of [...events].sort(() => random() - 0.5)) {
    await execute({ Records: [{ messageId: "m", body, attributes: {} }] });
  }
  await settle(world);
  for (
    let build = world.pipelines.rows.get("shop")?.current;
    build;
    build = world.pipelines.rows.get("shop")?.current
  ) {
    await buildSucceeds(world, build.number);
  }
  expect(world.deployer.live.get("shop")?.commit, "what is live is what the branch is at").to.equal(shaOf(last));
}

async function histories(seed: number, guards: Partial<Guards> = {}): Promise<void> {
  const random = randomNumbers(seed);
  for (let run = 0; run < 60; run += 1) await history(random, { asks: true, late: 0, ...guards });
}

describe("P2 a command that names no commit", () => {
  seededIt("P2 brings what the branch is at live, whatever was asked for before and is pushed meanwhile", (seed) =>
    histories(seed),
  ).timeout(60_000);

  seededIt("P2 mutant: only what code push has told counts", async (seed) => {
    expect(await caughtBy(() => histories(seed, { asks: false }))).to.include("what the branch is at");
  });

  seededIt("P2 mutant: a command counts from after its look", async (seed) => {
    expect(await caughtBy(() => histories(seed, { late: 60_000 }))).to.include("what the branch is at");
  });
});
