import { caughtBy, crashSweep, recordProgram, rejectionOf, withHooks, type RecordedResource } from "@slipway/testing";
import { expect } from "chai";
import { ArtefactPromotion } from "../../../packages/artefact-promotion/src/artefact-promotion";
import { ArtefactSource } from "../../../packages/artefact-promotion/src/artefact-source";
import { MOST_PARTS } from "../../../packages/artefact-promotion/src/core/parts";
import type { CopyLimits } from "../../../packages/artefact-promotion/src/operations";
import { promoteObject } from "../../../packages/artefact-promotion/src/operations/promote-object";
import {
  createWorld,
  orderAbout,
  PORTS,
  textAt,
  type World,
} from "../../../packages/artefact-promotion/test/support/world";

const MEBIBYTE = 1024 ** 2;
const THRESHOLD = 8 * MEBIBYTE;
const BY = ["by the server", "streamed"] as const;
type By = (typeof BY)[number];

const worldOf = (by: By, limits: Partial<CopyLimits>): World =>
  createWorld({ limits, objects: { refusesCopies: by === "streamed", wholeCopy: limits.wholeCopy } });

/** The bytes of a size; each part of them is another one. */
const bytesOf = (size: number): Buffer => Buffer.alloc(size, "0123456789abcdefghijklmnopqrstuvwxyz~");

const bodyAt = ({ objects, hop }: World, key: string): Uint8Array | undefined =>
  objects.history(hop.target, key).at(-1)?.body;

/** Promotes an object of a size and tells by which route. */
async function promoteOfSize(by: By, size: number, limits: Partial<CopyLimits>): Promise<string> {
  const world = worldOf(by, limits);
  const order = orderAbout(world.objects.plant(world.hop.source, "a", bytesOf(size)));
  const result = await promoteObject(world, order).catch((error: Error) => error.message);
  expect(result, "promotion").to.have.property("kind", "promoted");
  expect(Buffer.compare(bodyAt(world, "a") ?? Buffer.from("none"), bytesOf(size)), "bytes").to.equal(0);
  expect(world.objects.openUploads, "uploads left").to.deep.equal([]);
  return typeof result !== "string" && "promotions" in result ? (result.promotions[0]?.route ?? "none") : "none";
}

describe("A5 any size", () => {
  const limits = { wholeCopy: THRESHOLD, copiedPart: 5 * MEBIBYTE, sentPart: THRESHOLD };
  const routes = {
    "by the server": ["server-side", "server-side-parts"],
    streamed: ["streamed", "streamed-parts"],
  } as const;

  for (const by of BY) {
    for (const size of [0, 1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1]) {
      it(`A5 ${size} bytes with a threshold of 8 MiB, ${by}`, async () => {
        const [whole, inParts] = routes[by];

        expect(await promoteOfSize(by, size, limits)).to.equal(size > THRESHOLD ? inParts : whole);
      }).timeout(60_000);
    }
  }

  const tiny = { wholeCopy: 1, copiedPart: 1, sentPart: 1 };

  it("A5 10,000 parts, and one byte more", async () => {
    for (const size of [MOST_PARTS, MOST_PARTS + 1]) for (const by of BY) await promoteOfSize(by, size, tiny);
  }).timeout(60_000);

  it("A5 mutant: more parts than S3 takes", async () => {
    const check = () => promoteOfSize("by the server", MOST_PARTS + 1, { ...tiny, mostParts: MOST_PARTS + 1 });

    expect(await caughtBy(check)).to.include("part 10001 is not between 1 and 10000");
  }).timeout(60_000);

  it("A5 learns from the server that an object is too large for one piece", async () => {
    const world = createWorld({ limits: { wholeCopy: 64, copiedPart: 16 }, objects: { wholeCopy: 64 } });
    const version = world.objects.plant(world.hop.source, "a", bytesOf(65));

    const result = await promoteObject(world, { ...orderAbout(version), sighting: undefined });

    expect(result).to.have.nested.property("promotions[0].route", "server-side-parts");
  });
});

describe("A5 a failure leaves no parts behind", () => {
  const limits = { wholeCopy: 64, copiedPart: 16, sentPart: 16 };

  /** Lets each call fail once, before or after it was carried out, but for what a failure must be able to do. */
  async function failAtEach(by: By, guard: (world: World) => World = (world) => world): Promise<number> {
    for (let point = 1; ; point += 1) {
      const world = worldOf(by, limits);
      const order = orderAbout(world.objects.plant(world.hop.source, "a", bytesOf(128)));
      let [step, failed] = [0, false];
      const fail = (call: string): void => {
        if (call === "objects.abortUpload" || (step += 1) !== point) return;
        failed = true;
        throw new Error(`${call} failed`);
      };
      // An upload that began unheard of has an id that nobody knows.
      const after = (call: string): void => (call === "objects.startUpload" ? undefined : fail(call));
      await promoteObject(withHooks(guard(world), ["objects"], { before: fail, after }), order).catch(() => undefined);

      expect(world.objects.openUploads, `uploads left at step ${point}`).to.deep.equal([]);
      if (!failed) return point - 1;
    }
  }

  for (const by of BY) {
    it(`A5 F1 F2 whichever call fails, ${by}`, async () => {
      expect(await failAtEach(by)).to.be.above(15);
    });
  }

  it("A5 mutant: an upload that is not aborted", async () => {
    const unaborted = (world: World): World =>
      withHooks(world, ["objects"], async (call, run) => (call === "objects.abortUpload" ? undefined : run()));

    expect(await caughtBy(() => failAtEach("by the server", unaborted))).to.include("uploads left");
  });

  it("A5 tells when an upload could not be removed either", async () => {
    const world = worldOf("by the server", limits);
    const order = orderAbout(world.objects.plant(world.hop.source, "a", bytesOf(128)));
    const before = (call: string): void => {
      if (["objects.copyPart", "objects.abortUpload"].includes(call)) throw new Error("no");
    };

    const error = await rejectionOf(promoteObject(withHooks(world, ["objects"], { before }), order));

    expect(error).to.have.property("code", "upload-left-behind");
    expect(world.objects.openUploads).to.have.length(1);
  });

  for (const by of BY) {
    it(`A5 F8 killed around any call, it leaves the one upload of the dead process at most, ${by}`, async () => {
      let left = 0;
      const calls = await crashSweep({
        world: () => {
          const world = worldOf(by, limits);
          return { ...world, order: orderAbout(world.objects.plant(world.hop.source, "a", bytesOf(128))) };
        },
        ports: PORTS,
        act: (mortal) => promoteObject(mortal, mortal.order),
        check: async ({ order, ...world }) => {
          const before = world.objects.openUploads.map(({ id }) => id);
          await promoteObject(world, { ...order, redelivered: true });

          expect(textAt(world, "target", "a")).to.equal(bytesOf(128).toString());
          expect(world.objects.history(world.hop.target, "a")).to.have.length(1);
          expect(world.objects.openUploads.map(({ id }) => id)).to.deep.equal(before);
          expect(before.length).to.be.at.most(1);
          left = Math.max(left, before.length);
        },
      });

      expect(calls).to.include.members(["objects.startUpload", "objects.completeUpload"]);
      expect(left, "the rule of the bucket is needed").to.equal(1);
    });
  }

  it("A5 both buckets have a rule that removes what a dead process left", async () => {
    const bucketPattern = "govuk-{env}-artefact";
    const { ofType } = await recordProgram(() => [
      new ArtefactSource("source", { environment: "integration", bucketPattern, targets: [] }),
      new ArtefactPromotion("target", {
        environment: "staging",
        sourceEnvironment: "integration",
        sourceAccount: "111111111111",
        bucketPattern,
        backfill: false,
        noBackfillBecause: "a test",
      }),
    ]);

    const rules = ofType("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").map(rulesOf);
    expect(rules).to.deep.equal([[7], [7]]);
  });
});

/** Days after which unfinished uploads of any key are removed. */
const rulesOf = ({ inputs }: RecordedResource): readonly (number | undefined)[] =>
  (inputs["rules"] as Rule[])
    .filter(({ status, filter }) => status === "Enabled" && filter.prefix === "")
    .map((rule) => rule.abortIncompleteMultipartUpload?.daysAfterInitiation);

interface Rule {
  readonly status: string;
  readonly filter: { readonly prefix: string };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation: number };
}
