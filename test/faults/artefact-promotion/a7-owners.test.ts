import {
  awsFailure,
  caughtBy,
  EventShim,
  loadMutant,
  recordProgram,
  s3Notification,
  type BatchHandler,
} from "@slipway/testing";
import { expect } from "chai";
import * as promotionModule from "../../../packages/artefact-promotion/src/artefact-promotion";
import type { ArtefactPromotionArgs } from "../../../packages/artefact-promotion/src/artefact-promotion";
import * as sourceModule from "../../../packages/artefact-promotion/src/artefact-source";
import type { ArtefactSourceArgs } from "../../../packages/artefact-promotion/src/artefact-source";
import type { Bucket } from "../../../packages/artefact-promotion/src/core/objects";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { connectPromotion } from "../../../packages/artefact-promotion/src/library";
import { unowned } from "../../../packages/artefact-promotion/test/support/owners";
import { createdObject, createWorld, type World } from "../../../packages/artefact-promotion/test/support/world";
import { startStubbedStore } from "./stub-s3";

const ACCOUNT = "111111111111";
const OTHER = "222222222222";

const bucketPattern = "govuk-{env}-artefact";
const OWN = "govuk-staging-artefact";

type Promotion = Pick<typeof promotionModule, "ArtefactPromotion">;
type Source = Pick<typeof sourceModule, "ArtefactSource">;

const promotion = (changes: Partial<ArtefactPromotionArgs>) => ({
  environment: "staging",
  sourceEnvironment: "integration",
  sourceAccount: ACCOUNT,
  bucketPattern,
  ...changes,
});
const source = (changes: Partial<ArtefactSourceArgs>) => ({
  environment: "integration",
  bucketPattern,
  targets: [],
  ...changes,
});
const back = { environment: "integration", account: ACCOUNT };
const onward = { environment: "staging", account: OTHER };

const failureOf = (construct: () => unknown): Promise<string> =>
  recordProgram(construct).then(
    () => "none",
    (error: Error) => error.message,
  );

describe("A7 no loops: what would be promoted to itself is refused while it is constructed", () => {
  const PROMOTIONS: Readonly<Record<string, Partial<ArtefactPromotionArgs>>> = {
    "an environment that is its own source": { sourceEnvironment: "staging" },
    "its own bucket as the source's": { sourceBucket: OWN },
    "a prefix of its own bucket": { sourceBucket: OWN, prefix: "builds/" },
    "a prefix within a prefix of its own bucket": { sourceBucket: OWN, prefix: "builds/promoted/" },
    "a suffix of its own bucket": { sourceBucket: OWN, suffix: ".tgz" },
    "a target that it comes from": { targets: [back] },
  };
  const SOURCES: Readonly<Record<string, Partial<ArtefactSourceArgs>>> = {
    "a source that is its own target": { targets: [back] },
    "a source that adopts the bucket of its target": { adoptBucket: OWN, targets: [onward] },
  };

  async function refuses(construct: () => unknown): Promise<void> {
    const failure = await failureOf(construct);
    expect(failure, "refusal").to.match(/^\[\w+\] .*(would be promoted to itself|would go in a circle)/);
  }
  const promotes = ({ ArtefactPromotion: Component }: Promotion, changes: Partial<ArtefactPromotionArgs>) =>
    refuses(() => new Component("artefacts", promotion(changes)));
  const announces = ({ ArtefactSource: Component }: Source, changes: Partial<ArtefactSourceArgs>) =>
    refuses(() => new Component("artefacts", source(changes)));

  for (const [what, changes] of Object.entries(PROMOTIONS)) {
    it(`A7 refuses ${what}`, () => promotes(promotionModule, changes));
  }
  for (const [what, changes] of Object.entries(SOURCES)) {
    it(`A7 refuses ${what}`, () => announces(sourceModule, changes));
  }

  it("A7 refuses a connection of the library from a bucket to itself", () =>
    refuses(() =>
      connectPromotion({
        sourceEnvironment: "integration",
        targetEnvironment: "staging",
        source: { name: OWN, owner: ACCOUNT },
        target: { name: OWN, owner: ACCOUNT },
        ledgerTable: "t",
        queueUrl: "q",
        deadLetterQueueUrl: "d",
        region: "eu-west-2",
      }),
    ));

  it("A7 mutant: components that look for no loop", async () => {
    const folder = "../../../packages/artefact-promotion/src";
    const scope = require.resolve(`${folder}/core/scope`);
    const blind = { assertNoLoop: () => undefined };
    const mutant = loadMutant<Promotion>(require.resolve(`${folder}/artefact-promotion`), scope, blind);
    const mutantSource = loadMutant<Source>(require.resolve(`${folder}/artefact-source`), scope, blind);

    const ofPromotion = () => promotes(mutant, { sourceBucket: OWN, prefix: "builds/" });
    const ofSource = () => announces(mutantSource, { targets: [back] });

    expect(await caughtBy(ofPromotion)).to.include("refusal");
    expect(await caughtBy(ofSource)).to.include("refusal");
  }).timeout(60_000);

  it("A7 refuses an account that is none", async () => {
    const wrongSource = promotion({ sourceAccount: "integration" });
    const wrongTarget = source({ targets: [{ ...onward, account: "1" }] });

    expect(await failureOf(() => new promotionModule.ArtefactPromotion("a", wrongSource))).to.include(
      "[sourceAccount] integration is no",
    );
    expect(await failureOf(() => new sourceModule.ArtefactSource("a", wrongTarget))).to.include(
      "[targets] 1 is no account",
    );
  });
});

describe("A7 no loops: a circle of stacks that do not know of each other comes to rest", () => {
  const MOST = 50;

  /** Two promotions, there and back, each told of what the other one writes. */
  async function circle(objects: NonNullable<Parameters<typeof createWorld>[0]>["objects"] = {}): Promise<void> {
    const world = createWorld({ objects });
    const { source, target } = world.hop;
    const back: World = { ...world, hop: { ...world.hop, source: target, target: source } };
    let told = 0;
    const shims = new Map<World, EventShim>();
    const tellOther = (from: World, other: World): BatchHandler => {
      const handle = createPromoteArtefacts(from);
      return async (event) => {
        const before = from.objects.history(from.hop.target, "a").length;
        const answer = await handle(event);
        const made = from.objects.history(from.hop.target, "a").slice(before);
        for (const version of made) {
          if ((told += 1) > MOST) throw new Error("it goes round and round");
          shims.get(other)?.send(s3Notification(createdObject(from.hop.target.name, version)));
        }
        return answer;
      };
    };
    shims.set(world, new EventShim(tellOther(world, back), { maxReceives: 1 }));
    shims.set(back, new EventShim(tellOther(back, world), { maxReceives: 1 }));
    shims.get(world)?.send(s3Notification(createdObject(source.name, world.objects.plant(source, "a", "x"))));
    for (let round = 0; round < 2 * MOST + 4; round += 1) for (const shim of shims.values()) await shim.drain();
    expect(told, "copies").to.equal(1);
  }

  it("A7 what comes back is equal, and is not copied again", () => circle());

  it("A7 mutant: copies over what is equal", async () => {
    expect(await caughtBy(() => circle({ ignoresConditions: "all" }))).to.include("copies");
  });
});

describe("A7 no wrong account: every request to S3 says whose bucket it must be", () => {
  /** Makes each request that the adapter can make. */
  async function namesOwners(source: Bucket, target: Bucket): Promise<void> {
    const { store, seen, close } = await startStubbedStore(() => awsFailure("s3", 403, "AccessDenied"));
    const at = { bucket: source, key: "k", versionId: "v", etag: "e" };
    const upload = { target, key: "k", id: "u", checksum: "CRC64NVME" } as const;
    const made = { attributes: { metadata: {} }, tags: {} };
    const condition = { kind: "absent" } as const;
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.assertBucket(source),
      () => store.head(source, "k", "v"),
      () => store.tags(source, "k"),
      () => store.open(at, { number: 1, first: 0, last: 1 }),
      () => store.list(source, {})[Symbol.asyncIterator]().next(),
      () => store.versions(source, "k", 1),
      () => store.copy({ source: at, target, condition }),
      () => store.put(target, "k", Buffer.from("x"), made, condition),
      () => store.startUpload(target, "k", made),
      () => store.copyPart(upload, at, { number: 1, first: 0, last: 1 }),
      () => store.sendPart(upload, 1, Buffer.from("x")),
      () => store.completeUpload(upload, [{ number: 1, etag: "e", checksums: {} }], condition),
      () => store.abortUpload(upload),
    ];
    for (const call of calls) await call().catch(() => undefined);
    await close();

    expect(seen.length, "requests").to.equal(calls.length);
    expect(unowned(seen), "requests without an owner").to.deep.equal([]);
    const owners = seen.flatMap(({ headers }) => headers["x-amz-expected-bucket-owner"] ?? []);
    expect(new Set(owners)).to.deep.equal(new Set([ACCOUNT, OTHER]));
  }

  it("A7 of source and target, in every request", () =>
    namesOwners({ name: "a", owner: ACCOUNT }, { name: "b", owner: OTHER }));

  for (const forgotten of ["source", "target"]) {
    it(`A7 mutant: requests that name no owner of the ${forgotten}`, async () => {
      const bucketOf = (role: string, owner: string): Bucket =>
        Object.assign({ name: role, owner }, role === forgotten && { owner: undefined });

      const check = () => namesOwners(bucketOf("source", ACCOUNT), bucketOf("target", OTHER));

      expect(await caughtBy(check)).to.include("requests without an owner");
    });
  }
});
