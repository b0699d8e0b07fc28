import { awsFailure, caughtBy, recordProgram, withHooks } from "@slipway/testing";
import { expect } from "chai";
import { ArtefactPromotion } from "../../../packages/artefact-promotion/src/artefact-promotion";
import { createArtefactClient, MEMORY_HOP } from "../../../packages/artefact-promotion/src/library-memory";
import {
  consumerOf,
  countMissing,
  createWorld,
  drain,
  messageAbout,
  plantMany,
  type World,
} from "../../../packages/artefact-promotion/test/support/world";
import { startStubbedStore } from "./stub-s3";

const { source, target } = MEMORY_HOP;
const FOREIGN = "999999999999";

/** A way in which nothing can be promoted; what it says, and how somebody mends it. */
interface Obstacle {
  readonly stop: (world: World) => void;
  readonly mend: (world: World) => void;
  readonly code: string;
  readonly says: string;
}

/** A bucket that belongs to somebody else by now, and has other people's objects in it. */
const takenOver = (bucket: typeof source): Pick<Obstacle, "stop" | "mend"> => ({
  stop: ({ objects }) => objects.createBucket({ ...bucket, owner: FOREIGN }),
  mend: ({ objects }) => objects.createBucket(bucket),
});

const gone = (bucket: typeof source): Pick<Obstacle, "stop" | "mend"> => ({
  stop: ({ objects }) => objects.deleteBucket(bucket),
  mend: ({ objects }) => objects.createBucket(bucket),
});

const OBSTACLES: Readonly<Record<string, Obstacle>> = {
  "a source bucket that is deleted": { ...gone(source), code: "bucket-not-found", says: source.name },
  "a target bucket that is deleted": { ...gone(target), code: "bucket-not-found", says: target.name },
  "a source of another account": { ...takenOver(source), code: "access-denied", says: `${source.owner} does not own` },
  "a target of another account": { ...takenOver(target), code: "access-denied", says: `${target.owner} does not own` },
};

describe("A1 dead letters", () => {
  it("A1 alarm by their number and by their age, those of the queue and those of the subscription alike", async () => {
    const { ofType, resource } = await recordProgram(
      () =>
        new ArtefactPromotion("artefacts", {
          environment: "staging",
          sourceEnvironment: "integration",
          sourceAccount: source.owner,
          bucketPattern: "demo-{env}-artefact",
          backfill: false,
          noBackfillBecause: "a test",
        }),
    );
    const letters = resource("artefacts-promote-dead-letters", "aws:sqs/queue:Queue");

    const alarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ inputs }) => inputs as { metricName?: string; threshold?: number; dimensions?: { QueueName?: string } })
      .filter(({ dimensions }) => dimensions?.QueueName === letters.name);
    expect(alarms.map(({ metricName }) => metricName).sort()).to.deep.equal([
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesVisible",
    ]);
    const { inputs } = resource("artefacts-subscription");
    expect(String(inputs["redrivePolicy"])).to.include(letters.name);
    expect(String(resource("artefacts-promote-queue").inputs["redrivePolicy"])).to.include(letters.name);
  });
});

describe("A1 what cannot be promoted is a dead letter with its reason, and redrive completes it once it is mended", () => {
  /** Promotes one object under an obstacle, mends it, and redrives. */
  async function meet({ stop, mend, code, says }: Obstacle, change = (world: World): World => world): Promise<void> {
    const world = createWorld();
    world.queue.push(...plantMany(world, 1).map((version) => messageAbout(world, version)));
    stop(world);

    await drain(world, consumerOf(change(world)));

    const client = createArtefactClient(world);
    const [letter, ...others] = (await client.redrive({ dryRun: true })).letters;
    expect(letter?.failure, "the dead letter").to.include({ code, attempts: 5 });
    expect(letter?.failure?.reason).to.include(says);
    expect(others).to.deep.equal([]);
    mend(world);
    if (countMissing(world, 1) > 0) plantMany(world, 1);
    await client.redrive();
    await drain(world, consumerOf(world));
    expect(countMissing(world, 1)).to.equal(0);
  }

  for (const [what, obstacle] of Object.entries(OBSTACLES)) it(`A1 ${what}`, () => meet(obstacle));

  it("A1 mutant: a bucket that is gone taken for an object that is gone", async () => {
    const unasked = (world: World): World =>
      withHooks(world, ["objects"], async (call, run) => (call === "objects.assertBucket" ? undefined : run()));

    const check = () => meet(OBSTACLES["a source bucket that is deleted"] as Obstacle, unasked);

    expect(await caughtBy(check)).to.include("the dead letter");
  });

  for (const [what, action, allowed] of [
    ["to read the source", "kms:Decrypt", ["head"]],
    ["to write the target", "kms:GenerateDataKey", ["head", "open"]],
  ] as const) {
    it(`A1 a grant on the KMS key that is missing, ${what}: the reason says which`, async () => {
      const denial = awsFailure("s3", 403, "AccessDenied", `not authorized to perform: ${action} on resource: the key`);
      const s3 = await startStubbedStore(() => denial);
      const world = createWorld();
      world.queue.push(...plantMany(world, 1).map((version) => messageAbout(world, version)));
      const memory = Object.fromEntries(allowed.map((call) => [call, world.objects[call].bind(world.objects)]));
      const objects = Object.assign(s3.store, memory);

      await drain(world, consumerOf({ ...world, objects }));
      await s3.close();

      expect(world.queue.letters).to.have.length(1);
      const failure = await world.ledger.failure({ key: "k00000", messageId: "m1" });
      expect(failure).to.include({ code: "access-denied", attempts: 5 });
      expect(failure?.reason).to.include(action);
    });
  }
});
