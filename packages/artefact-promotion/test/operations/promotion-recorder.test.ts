import { expect } from "chai";
import type { Promotion } from "../../src/core/ledger";
import type { PromotionEvent } from "../../src/core/ports";
import { createPromotionRecorder } from "../../src/operations/promotion-recorder";
import { createWorld, type World } from "../support/world";

const promotions = (count: number): readonly Promotion[] =>
  Array.from({ length: count }, (_, n) => ({
    key: `k${n}`,
    hop: "integration -> staging",
    sourceBucket: "source",
    sourceEtag: "e",
    targetBucket: "target",
    targetVersion: "v",
    targetEtag: "e",
    proof: { method: "md5", algorithm: "MD5", value: "e" },
    route: "server-side",
    trigger: "backfill",
    requestedBy: { id: "arn:ada", name: "ada" },
    correlationId: "c",
    promotedAt: "2026-11-21T10:00:00.000Z",
  }));

/** A world whose ledger and events tell what they are given, in order. */
function watched(record: World["ledger"]["record"] = async () => undefined) {
  const world = createWorld();
  const told: string[] = [];
  return {
    told,
    deps: {
      ...world,
      ledger: Object.assign(Object.create(world.ledger) as World["ledger"], {
        record: async (given: readonly Promotion[]) => {
          told.push(`recorded ${given.length}`);
          await record(given);
        },
      }),
      events: {
        publish: async ({ detail }: PromotionEvent) => {
          told.push(`told ${(detail["promotions"] as unknown[]).length}`);
          return undefined;
        },
      },
    },
  };
}

describe("the recorder of promotions", () => {
  it("writes a hundred while more are made, the rest in the end, and tells each only once it is written", async () => {
    const { deps, told } = watched();
    const recorder = createPromotionRecorder(deps, "c");

    recorder.add(promotions(99));
    expect(told).to.deep.equal([]);
    recorder.add(promotions(51));
    expect(told).to.deep.equal(["recorded 100"]);
    await recorder.finish();

    expect(told).to.have.members(["recorded 100", "told 100", "recorded 50", "told 50"]);
    expect(told.indexOf("told 50")).to.be.above(told.indexOf("recorded 50"));
  });

  it("writes nothing where there is nothing", async () => {
    const { deps, told } = watched();

    await createPromotionRecorder(deps, "c").finish();

    expect(told).to.deep.equal([]);
  });

  it("says in the end that a write failed, and does not tell what was not written", async () => {
    const { deps, told } = watched(async (given) => {
      if (given.length === 100) throw new Error("no ledger");
    });
    const recorder = createPromotionRecorder(deps, "c");

    recorder.add(promotions(101));
    await new Promise((resolve) => setImmediate(resolve));
    const failure = await recorder.finish().catch((error: unknown) => String(error));

    expect(failure).to.equal("Error: no ledger");
    expect(told).to.have.members(["recorded 100", "recorded 1", "told 1"]);
  });
});
