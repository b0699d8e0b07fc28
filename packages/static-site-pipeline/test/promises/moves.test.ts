import { SEED } from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { EVENT_KINDS, type PipelineEvent } from "../../src/core/decide";
import { edges, isLegal, STATUSES, type Status } from "../../src/core/status";
import { createSite } from "../../src/operations/create-site";
import { movePipeline } from "../../src/operations/write-pipeline";
import { createWorld, SETTINGS, type World } from "../support/sites-world";

const COMMANDS = 100_000;
const PER_RUN = 500;

/** Steps ahead; the others come less often, so that some pipelines get anywhere. */
const AHEAD = EVENT_KINDS.filter((kind) => !/^deletion-requested|failed$|^timed-out/.test(kind));

/** One thing that somebody sends: any event, with a version or build that may be wrong, late or double. */
const command = fc.record({
  kind: fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...AHEAD) },
    { weight: 4, arbitrary: fc.constantFrom(...EVENT_KINDS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
  ),
  build: fc.constantFrom(-1, 0, 0, 0, 1),
  version: fc.constantFrom(-1, 0, 0),
  twice: fc.boolean(),
});
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What the events tell, one after the other. */
function storyOf(
  world: World,
): readonly { readonly from: Status | undefined; readonly to: Status; readonly version: number }[] {
  return world.events.published.map(({ detail }) => ({
    from: detail["from"] as Status | undefined,
    to: detail["to"] as Status,
    version: detail["version"] as number,
  }));
}

async function play(commands: readonly Command[], seen: Set<string>): Promise<void> {
  const world = createWorld();
  for (const { kind, build, version, twice } of commands) {
    if (!world.pipelines.rows.has("shop")) await createSite(world, "shop", SETTINGS, "c");
    const before = world.pipelines.rows.get("shop");
    const event = {
      kind,
      build: (before?.last_build_number ?? 0) + build,
      version: (before?.version ?? 0) + version,
    } as unknown as PipelineEvent;
    const current = { number: before?.last_build_number ?? 0 };
    const change = () => ({
      current: {
        ...current,
        request_id: "r",
        trigger: "zip",
        requested_at: "",
        requested_by: "",
        correlation_id: "c",
      } as const,
    });
    await movePipeline(world, "shop", event, { change });
    if (twice) await movePipeline(world, "shop", event, { change });
  }
  let last: Status | undefined;
  for (const { from, to } of storyOf(world)) {
    // A story that starts anew follows the end of the one before.
    expect(from, `before ${to}`).to.equal(last === "Deleted" ? undefined : last);
    if (from !== undefined) {
      expect(isLegal(from, to), `${from} -> ${to}`).to.equal(true);
      seen.add(`${from} -> ${to}`);
    }
    last = to;
  }
  expect(world.pipelines.rows.get("shop")?.status ?? "Deleted").to.equal(last);
  expect(world.pipelines.outbox.size).to.equal(0);
}

describe("moves", () => {
  it("P1 100,000 commands make legal moves only, every one of them, and tell each", async function () {
    this.timeout(120_000);
    const seen = new Set<string>();
    const runs = COMMANDS / PER_RUN;
    const commands = fc.array(command, { minLength: PER_RUN, maxLength: PER_RUN, size: "max" });
    await fc.assert(
      fc.asyncProperty(commands, (all) => play(all, seen)),
      { seed: SEED, numRuns: runs, endOnFailure: true },
    );

    expect(seen.size, "edges that were taken").to.equal(edges().length);
  });

  it("P1 two writers at once make one move, and one event", async () => {
    for (const status of STATUSES.filter((each) => each !== "Deleted")) {
      const world = createWorld();
      await createSite(world, "shop", SETTINGS, "c");
      const row = world.pipelines.rows.get("shop");
      if (row === undefined) throw new Error("no row");
      world.pipelines.rows.set("shop", { ...row, status });
      const events = EVENT_KINDS.map((kind) => ({ kind, build: 0, version: 1 }) as unknown as PipelineEvent);
      await Promise.all([...events, ...events].map((event) => movePipeline(world, "shop", event)));

      const versions = storyOf(world).map(({ version }) => version);
      expect(new Set(versions).size, status).to.equal(versions.length);
    }
  });
});
