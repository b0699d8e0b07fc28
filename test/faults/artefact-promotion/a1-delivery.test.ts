import {
  caughtBy,
  crashSweep,
  createCallFaults,
  EventShim,
  randomIndex,
  randomNumbers,
  seededIt,
  withHooks,
  type BatchHandler,
} from "@slipway/testing";
import { expect } from "chai";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { createReconcileArtefacts } from "../../../packages/artefact-promotion/src/handlers/reconcile-artefacts";
import { createArtefactClient } from "../../../packages/artefact-promotion/src/library-memory";
import {
  consumerOf,
  countMissing,
  createWorld,
  drain,
  messageAbout,
  numbered,
  plantMany,
  PORTS,
  STORES,
  textAt,
  type Consume,
  type World,
} from "../../../packages/artefact-promotion/test/support/world";

const KEYS = 10_000;
const HOUR = 3_600_000;

type Guard = (handle: BatchHandler) => BatchHandler;
const asItIs: Guard = (handle) => handle;

/** Mutant: everything is acknowledged, whatever came of it. */
const acknowledgesAll: Guard = (handle) => async (event) => {
  await handle(event);
  return { batchItemFailures: [] };
};

/** Mutant: a batch succeeds or fails as a whole. */
const failsAsAWhole: Guard = (handle) => async (event) => {
  const { batchItemFailures } = await handle(event);
  return { batchItemFailures: batchItemFailures.length === 0 ? [] : event.Records.map(toFailure) };
};

const toFailure = ({ messageId }: { readonly messageId: string }) => ({ itemIdentifier: messageId });

const sendMany = (world: World, count: number): readonly string[] =>
  plantMany(world, count).map((version) => messageAbout(world, version));

/** Everything arrived once, in one version, and the ledger tells of each. */
function expectAllDone(world: World, count: number): void {
  expect(countMissing(world, count), "missing").to.equal(0);
  const keys = Array.from({ length: count }, (_, n) => numbered(n));
  expect(world.ledger.all.map(({ key }) => key).sort()).to.deep.equal(keys);
  expect(keys.filter((key) => world.objects.history(world.hop.target, key).length !== 1)).to.deep.equal([]);
}

describe("A1 every notified object reaches the target, or its event is a dead letter", () => {
  async function deliverUnderFaults(seed: number, count: number, guard: Guard = asItIs): Promise<void> {
    const world = createWorld({ maxReceives: 50 });
    const faults = createCallFaults({ seed, rate: 0.05, faults: ["F1", "F2", "F5"] });
    const handle = createPromoteArtefacts(withHooks(world, STORES, faults.around));
    const shim = new EventShim(guard(handle), { seed, batchSize: 100, maxReceives: 50, shuffle: true });
    shim.send(...sendMany(world, count));

    await shim.drain();
    await faults.settled();

    expect([shim.errors, shim.letters]).to.deep.equal([[], []]);
    expectAllDone(world, count);
    expect(Math.min(...Object.values(faults.injected)), "faults of each kind").to.be.above(count / 200);
  }

  seededIt(`A1 F1 F2 F5 ${KEYS} objects under 5 % faults: none missing, each once, each in the ledger`, (seed) =>
    deliverUnderFaults(seed, KEYS),
  ).timeout(120_000);

  seededIt("A1 mutant: a function that acknowledges what failed", async (seed) => {
    expect(await caughtBy(() => deliverUnderFaults(seed, 400, acknowledgesAll))).to.include("missing");
  });

  async function breakAndRedrive(guard: Guard = asItIs): Promise<void> {
    const world = createWorld();
    const broken = createCallFaults({ seed: 1, rate: 1, faults: ["F1"] });
    world.queue.push(...sendMany(world, 1));

    await drain(world, consumerOf(withHooks(world, ["objects"], broken.around), guard));

    expect(world.queue.letters, "dead letters").to.have.length(1);
    const client = createArtefactClient(world);
    const { letters } = await client.redrive({ dryRun: true });
    expect(letters[0]?.failure).to.deep.include({ key: numbered(0), reason: "F1 at objects.copy", attempts: 5 });
    expect(world.events.published.at(-1)?.detail).to.deep.include({ final: true, reason: "F1 at objects.copy" });
    expect(await client.redrive()).to.have.property("redriven", 1);
    await drain(world, consumerOf(world));
    expectAllDone(world, 1);
    expect(world.queue.letters).to.deep.equal([]);
  }

  it("A1 F1 a fault that stays makes exactly one dead letter with its reason, and redrive completes it", () =>
    breakAndRedrive());

  it("A1 mutant: a fault that stays and is acknowledged", async () => {
    expect(await caughtBy(() => breakAndRedrive(acknowledgesAll))).to.include("dead letters");
  });

  async function poisonABatch(seed: number, guard: Guard = asItIs): Promise<void> {
    const world = createWorld();
    const shim = new EventShim(guard(createPromoteArtefacts(world)), { seed, poison: ["{not json"] });
    shim.send(...sendMany(world, 9));

    await shim.drain();

    expectAllDone(world, 9);
    expect(shim.letters.map(({ body }) => body)).to.deep.equal(["{not json"]);
    const failure = await world.ledger.failure({ messageId: shim.letters[0]?.messageId ?? "" });
    expect(failure).to.deep.include({ code: "unreadable-message", attempts: 5 });
  }

  seededIt("A1 F9 a poison message takes no good one of its batch along", (seed) => poisonABatch(seed));

  seededIt("A1 mutant: a batch that fails as a whole", async (seed) => {
    await caughtBy(() => poisonABatch(seed, failsAsAWhole));
  });

  it("A1 what the ledger did not take comes again, and is then in it", async () => {
    const world = createWorld();
    world.queue.push(...sendMany(world, 3));
    let failures = 2;
    const before = (call: string): void => {
      if (call === "ledger.record" && (failures -= 1) >= 0) throw new Error("no");
    };

    await drain(world, consumerOf(withHooks(world, ["ledger"], { before })));

    expectAllDone(world, 3);
  });

  seededIt("A1 F10 holds while clocks jump by an hour, and no delay is told as negative", async (seed) => {
    const random = randomNumbers(seed);
    const clock = createWorld().time.clock();
    const world = createWorld({ clock });
    const bodies = sendMany(world, 200);
    const shim = new EventShim(createPromoteArtefacts(world));

    for (const body of bodies) {
      clock.jump((randomIndex(random, 3) - 1) * HOUR);
      shim.send(body);
      await shim.drain();
    }

    expectAllDone(world, 200);
    expect(world.counted.filter(({ PromotionDelay = 0 }) => PromotionDelay < 0)).to.deep.equal([]);
  });

  async function loseAnEvent(reconciles: boolean): Promise<void> {
    const world = createWorld();
    plantMany(world, 2);

    if (reconciles) await createReconcileArtefacts(world)({});
    await drain(world, consumerOf(world));

    expectAllDone(world, 2);
    expect(world.events.published.map(({ type }) => type)).to.include("Artefact Drift Detected");
  }

  it("A1 F7 events that never come, since the topic is gone, are told of and made up for", () => loseAnEvent(true));

  it("A1 mutant: nobody compares", async () => {
    expect(await caughtBy(() => loseAnEvent(false))).to.include("missing");
  });
});

/** Four messages: about a new object, a replaced one, one that is there already, and one that is copied in parts. */
function batchOfEveryKind(route: "by the server" | "streamed"): World {
  const limits = { wholeCopy: 8, copiedPart: 4, sentPart: 4, objectsAtOnce: 2 };
  const world = createWorld({ limits, objects: { refusesCopies: route === "streamed" } });
  const { source, target } = world.hop;
  for (const key of ["replaced", "same"]) {
    world.objects.plant(source, key, "old");
    world.objects.plant(target, key, "old");
  }
  const versions = [
    world.objects.plant(source, "new", "new"),
    world.objects.plant(source, "replaced", "again"),
    world.objects.plant(source, "same", "old"),
    world.objects.plant(source, "large", "0123456789", { tags: { team: "x" } }),
  ];
  world.queue.push(...versions.map((version) => messageAbout(world, version)));
  return world;
}

const KINDS = ["new", "replaced", "same", "large"];

/** Whatever is at the target equals the source, was made once, and is in the ledger. */
function expectOneEffect(world: World): void {
  const { objects, hop, ledger } = world;
  for (const key of KINDS) {
    expect(textAt(world, "target", key), key).to.equal(textAt(world, "source", key));
    expect(objects.history(hop.target, key).length, `versions of ${key}`).to.equal(key === "replaced" ? 2 : 1);
  }
  const told = new Set(ledger.all.map(({ targetVersion }) => targetVersion));
  const copied = ["new", "replaced", "large"].map((key) => objects.history(hop.target, key).at(-1)?.versionId ?? "");
  expect(
    copied.filter((version) => !told.has(version)),
    "copies that the ledger does not know",
  ).to.deep.equal([]);
  expect(world.queue.letters).to.deep.equal([]);
}

describe("A1 F8 the promoting function killed around any of its calls", () => {
  const sweep = (route: "by the server" | "streamed", again: (consume: Consume) => Consume = (consume) => consume) =>
    crashSweep({
      world: () => batchOfEveryKind(route),
      ports: [...STORES, "events"],
      act: (mortal) => mortal.queue.deliver(10, consumerOf(mortal)),
      check: async (world) => {
        world.queue.expire();
        await drain(world, again(consumerOf(world)));
        expectOneEffect(world);
        // The bucket's own rule removes what a dead process began: it is never more than that one upload.
        expect(world.objects.openUploads.length, "uploads left").to.be.at.most(1);
      },
    });

  for (const route of ["by the server", "streamed"] as const) {
    it(`A1 F8 one effect and one record, copying ${route}`, async () => {
      const calls = await sweep(route);

      expect(calls.length).to.be.above(15);
      expect(calls).to.include.members(["objects.completeUpload", "ledger.record", "events.publish"]);
    });
  }

  it("A1 mutant: messages that do not come again", async () => {
    await caughtBy(() => sweep("by the server", () => async () => []));
  });

  it("A1 mutant: messages that come again like new ones", async () => {
    const likeNew =
      (consume: Consume): Consume =>
      (batch) =>
        consume(batch.map((each) => ({ ...each, receives: 1 })));

    expect(await caughtBy(() => sweep("by the server", likeNew))).to.include("that the ledger does not know");
  });

  it("A1 F8 a redrive loses no letter, killed around any of its calls", async () => {
    await crashSweep({
      world: async () => {
        const world = createWorld({ maxReceives: 1 });
        world.queue.push(...sendMany(world, 12));
        await world.queue.deliver(12, async (batch) => batch.map(({ messageId }) => messageId));
        return world;
      },
      ports: PORTS,
      act: (mortal) => createArtefactClient(mortal).redrive(),
      check: async (world) => {
        world.queue.expire();
        await createArtefactClient(world).redrive();
        await drain(world, consumerOf(world));
        expectAllDone(world, 12);
        expect(world.queue.letters).to.deep.equal([]);
      },
    });
  });
});
