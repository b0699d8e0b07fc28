import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  awsFailure,
  crashSweep,
  createWireFaults,
  EventShim,
  queueRecord,
  runKilled,
  s3Notification,
  seededIt,
  startConditionalCopies,
  startProxy,
  type ConditionalCopies,
  type Proxy,
  type WireFaultId,
  type WireFaults,
} from "@slipway/testing";
import { expect } from "chai";
import fc from "fast-check";
import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { createArtefactClient, DEFAULT_LIMITS } from "../../../packages/artefact-promotion/src/operations";
import { promoteObject } from "../../../packages/artefact-promotion/src/operations/promote-object";
import { unowned } from "../../../packages/artefact-promotion/test/support/owners";
import { PORTS } from "../../../packages/artefact-promotion/test/support/world";
import { BAD_DELIVERY, keysOf, playOn, recurring } from "../../faults/artefact-promotion/histories";
import { ACCOUNTS, createHop, openUploads, plant, s3Of } from "./support";

type Hop = Awaited<ReturnType<typeof createHop>>;

const ONE_ACCOUNT = { source: ACCOUNTS.target, target: ACCOUNTS.target };
const endpoint = (): string => process.env["AWS_ENDPOINT_URL"] ?? "";

/** Puts an object at the source and tells the message about it. */
async function notify({ hop: { source } }: Hop, key: string, content: string, sequencer?: string): Promise<string> {
  const put = await plant(source, key, content);
  return s3Notification({ bucket: source.name, key, size: Buffer.byteLength(content), sequencer, ...put });
}

async function messagesFor(deps: Hop, count: number): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (let n = 0; n < count; n += 1) bodies.push(await notify(deps, `k${n}`, `${n}`));
  return bodies;
}

/** Delivers batches until nothing of them fails; returns how many rounds it took. */
async function deliver(deps: Hop, bodies: readonly string[]): Promise<number> {
  const shim = new EventShim(createPromoteArtefacts(deps), { batchSize: 100, maxReceives: 30 });
  shim.send(...bodies);
  await shim.drain();
  expect([shim.letters, shim.errors], "letters and errors").to.deep.equal([[], []]);
  return shim.rounds;
}

/** The objects of a hop as they are, past the proxy. */
const objectsOf = ({ hop }: Hop): S3ObjectStore => new S3ObjectStore(s3Of(hop.target.owner));

async function versionsAt(deps: Hop, count: number): Promise<readonly number[]> {
  const { hop } = deps;
  const objects = objectsOf(deps);
  const keys = Array.from({ length: count }, (_, n) => `k${n}`);
  return Promise.all(keys.map(async (key) => (await objects.versions(hop.target, key, 10)).length));
}

describe("artefact promotion on the emulator", () => {
  let copies: ConditionalCopies;
  let proxy: Proxy;
  let faults: WireFaults["choose"];

  before(async () => {
    copies = await startConditionalCopies(endpoint());
    proxy = await startProxy({ target: copies.url, faults: (request) => faults(request) });
  });

  beforeEach(() => {
    faults = () => undefined;
  });

  after(async () => {
    await proxy.close();
    await copies.close();
  });

  it("A2 takes one request for a new object and two for a duplicate, whose bytes go nowhere", async () => {
    const deps = await createHop(ONE_ACCOUNT, proxy.url);
    const bodies = await messagesFor(deps, 100);

    proxy.reset();
    expect(await deliver(deps, bodies)).to.equal(1);
    // And one to the ledger, and one event.
    expect(proxy.counts().requests).to.equal(102);

    proxy.reset();
    expect(await deliver(deps, bodies)).to.equal(1);
    expect(proxy.counts().requests).to.equal(200);
    expect(new Set(await versionsAt(deps, 100))).to.deep.equal(new Set([1]));
  }).timeout(60_000);

  const QUICK: readonly [WireFaultId, ...WireFaultId[]] = ["F1", "F2", "F3", "F4"];
  for (const [what, accounts, persistence, ids, count] of [
    ["by the server", ONE_ACCOUNT, {}, QUICK, 200],
    ["by the server without the SDK's retries", ONE_ACCOUNT, { maxAttempts: 1 }, QUICK, 200],
    ["by the server, for a client that does not wait", ONE_ACCOUNT, { patience: 300 }, ["F5"], 40],
    ["streamed between two accounts", ACCOUNTS, {}, QUICK, 200],
    ["streamed without the SDK's retries", ACCOUNTS, { maxAttempts: 1 }, QUICK, 200],
  ] as const) {
    seededIt(
      `A1 ${ids.join(" ")} ${count} objects, ${what}: none missing, one version and one record each`,
      async (seed) => {
        const deps = await createHop(accounts, proxy.url, persistence);
        const bodies = await messagesFor(deps, count);
        const plan = createWireFaults({ seed, rate: 0.08, faults: ids, late: 900 });
        faults = plan.choose;

        for (let start = 0; start < bodies.length; start += 50) await deliver(deps, bodies.slice(start, start + 50));

        faults = () => undefined;
        await proxy.idle();
        expect(new Set(await versionsAt(deps, count))).to.deep.equal(new Set([1]));
        const client = createArtefactClient({ ...deps, objects: objectsOf(deps) });
        const { counts } = await client.diffArtefacts({ onDifference: () => undefined });
        expect(counts).to.deep.equal({ missing: 0, different: 0, extra: 0, held: 0, "in-flight": 0 });
        const today = new Date().toISOString().slice(0, 10);
        expect(await deps.ledger.ofDay(today, 1000)).to.have.length(count);
        expect(
          Object.values(plan.injected).reduce((sum, each) => sum + each),
          "faults",
        ).to.be.above(count / 50);
      },
    ).timeout(300_000);
  }

  seededIt("A2 A3 F7 histories whose events are repeated, reordered, lost and interleaved", async (seed) => {
    for (const history of fc.sample(recurring, { seed, numRuns: 8 })) {
      const deps = await createHop(ONE_ACCOUNT, copies.url);
      await playOn({ deps, put: (...put) => notify(deps, ...put) }, history, BAD_DELIVERY);

      for (const key of keysOf(history)) {
        const [there, here] = await Promise.all([
          objectsOf(deps).head(deps.hop.target, key),
          objectsOf(deps).head(deps.hop.source, key),
        ]);
        expect(there?.etag, JSON.stringify(history)).to.equal(here?.etag);
      }
    }
  }).timeout(120_000);

  const receive = async (deps: Hop, body: string, receives: number): Promise<void> => {
    const Records = [queueRecord({ messageId: "m", body, receives })];
    expect(await createPromoteArtefacts(deps)({ Records })).to.deep.equal({ batchItemFailures: [] });
  };

  for (const [what, accounts, limits] of [
    ["by the server", ONE_ACCOUNT, {}],
    ["streamed in parts between two accounts", ACCOUNTS, { sentPart: 1000 }],
  ] as const) {
    it(`A1 A5 F8 killed around any of its calls, ${what}: one version, one record, one upload left at most`, async () => {
      const calls = await crashSweep({
        world: async () => {
          const deps = await createHop(accounts, copies.url);
          const body = await notify(deps, "k0", "x".repeat(2500));
          return { ...deps, limits: { ...deps.limits, ...limits }, body };
        },
        ports: PORTS,
        act: (mortal) => receive(mortal, mortal.body, 1),
        check: async (world, point) => {
          if (point !== undefined) await receive(world, world.body, 2);
          expect(await versionsAt(world, 1)).to.deep.equal([1]);
          expect(await world.ledger.ofArtefact("k0", 9)).to.have.length(1);
          expect(await openUploads(world.hop.target)).to.be.at.most(1);
        },
      });

      expect(calls).to.include.members(["objects.copy", "ledger.record", "events.publish"]);
    }).timeout(120_000);
  }

  it("A8 F8 a backfill that is killed goes on where it stood", async () => {
    const deps = await createHop(ACCOUNTS);
    for (let n = 0; n < 30; n += 1) await plant(deps.hop.source, `k${n}`, `${n}`);
    await runKilled(deps, PORTS, { call: 60, when: "after" }, (mortal) => createArtefactClient(mortal).backfill());

    const { job } = await createArtefactClient(deps).backfill({ resume: "latest" });

    expect(job?.status).to.equal("finished");
    expect(new Set(await versionsAt(deps, 30))).to.deep.equal(new Set([1]));
    const today = new Date().toISOString().slice(0, 10);
    expect(await deps.ledger.ofDay(today, 100)).to.have.length(30);
  }).timeout(60_000);

  it("A7 says in every request whose bucket it must be", async () => {
    const limits = { ...DEFAULT_LIMITS, wholeCopy: 20, copiedPart: 10, sentPart: 10, mostParts: 100, objectsAtOnce: 4 };
    proxy.reset();
    for (const accounts of [ONE_ACCOUNT, ACCOUNTS]) {
      const deps = { ...(await createHop(accounts, proxy.url)), limits };
      await plant(deps.hop.source, "small", "x", { tags: { t: "1" } });
      await plant(deps.hop.source, "large", "x".repeat(45), { tags: { t: "1" } });
      const client = createArtefactClient(deps);
      await client.backfill();
      await client.listVersions({ key: "small" });
      await client.diffArtefacts({ onDifference: () => undefined });
      expect(await openUploads(deps.hop.target)).to.equal(0);
    }

    expect(proxy.seen.length).to.be.above(30);
    expect(unowned(proxy.seen)).to.deep.equal([]);
  }).timeout(60_000);

  it("A7 mutant: a request that does not", async () => {
    const { hop } = await createHop(ONE_ACCOUNT, proxy.url);
    proxy.reset();

    await fetch(`${proxy.url}/${hop.source.name}/k`, { method: "HEAD" });

    expect(unowned(proxy.seen)).to.deep.equal([`HEAD /${hop.source.name}/k`]);
  });

  for (const [what, accounts] of [
    ["by the server", ONE_ACCOUNT],
    ["streamed between two accounts", ACCOUNTS],
  ] as const) {
    it(`A5 copies sizes around the thresholds with all that they carry, ${what}`, async () => {
      const deps = await createHop(accounts, proxy.url);
      const limits = { ...deps.limits, wholeCopy: 3000, copiedPart: 1000, sentPart: 1000 };
      const attributes = { contentType: "application/zip", metadata: { commit: "abc" } };
      proxy.reset();
      for (const size of [0, 1, 999, 1000, 1001, 2999, 3000, 3001, 12_345]) {
        const body = Buffer.alloc(size, "0123456789abcdefghijk");
        await plant(deps.hop.source, `s ${size}+é`, body, { attributes, tags: { team: "x" } });
      }

      const { counts } = await createArtefactClient({ ...deps, limits }).backfill();

      expect(counts).to.deep.include({ promoted: 9, queued: 0 });
      for (const size of [0, 1001, 3001, 12_345]) {
        const key = `s ${size}+é`;
        const outcome = await deps.objects.open({ bucket: deps.hop.target, key });
        const chunks: Uint8Array[] = [];
        if (outcome.kind === "open") for await (const chunk of outcome.opened.body) chunks.push(chunk);
        expect(Buffer.concat(chunks).equals(Buffer.alloc(size, "0123456789abcdefghijk")), key).to.equal(true);
        expect((await deps.objects.head(deps.hop.target, key))?.attributes).to.deep.include(attributes);
        if (size <= 1000) expect(await deps.objects.tags(deps.hop.target, key)).to.deep.equal({ team: "x" });
      }
      // The emulator drops the tags that an upload in parts begins with; S3 does not.
      const begun = proxy.seen.filter(({ method, url }) => method === "POST" && /[?&]uploads/.test(url));
      expect(begun).to.not.deep.equal([]);
      expect(new Set(begun.map(({ headers }) => headers["x-amz-tagging"]))).to.deep.equal(new Set(["team=x"]));
      expect(await openUploads(deps.hop.target)).to.equal(0);
    }).timeout(120_000);
  }

  it("A5 a fault in the middle of a copy in parts leaves no upload", async () => {
    const deps = await createHop(ACCOUNTS, proxy.url);
    const limits = { ...deps.limits, sentPart: 1000 };
    const version = await plant(deps.hop.source, "a", "x".repeat(5000));
    faults = ({ url }) => (/partNumber=3/.test(url) ? awsFailure("s3", 400, "BadDigest") : undefined);
    const order = {
      key: "a",
      trigger: "event",
      requestedBy: { id: "x", name: "x" },
      correlationId: "c",
      sighting: { ...version, size: 5000 },
    } as const;

    const failed = await promoteObject({ ...deps, limits }, order).catch(() => "failed");

    expect(failed).to.equal("failed");
    expect(await openUploads(deps.hop.target)).to.equal(0);
  }).timeout(60_000);

  it("A1 redrives dead letters of a real queue, with the reason, and lists them without taking any", async () => {
    const deps = await createHop(ACCOUNTS);
    const body = await notify(deps, "a", "x");
    const failing = createPromoteArtefacts({
      ...deps,
      hop: { ...deps.hop, target: { ...deps.hop.target, name: "no-such-bucket-at-all" } },
    });
    await failing({ Records: [queueRecord({ messageId: "m", body, receives: 5 })] });
    await deps.sqs.send(new SendMessageCommand({ QueueUrl: deps.deadUrl, MessageBody: body }));
    const client = createArtefactClient(deps);

    for (let look = 0; look < 2; look += 1) {
      const { letters, redriven } = await client.redrive({ dryRun: true });
      expect(redriven).to.equal(0);
      expect(letters).to.have.length(1);
      expect(letters[0]?.failure).to.deep.include({ code: "bucket-not-found", attempts: 5 });
    }
    expect(await client.redrive()).to.have.property("redriven", 1);
    expect((await client.redrive({ dryRun: true })).letters).to.deep.equal([]);

    const received = await deps.sqs.send(new ReceiveMessageCommand({ QueueUrl: deps.queueUrl, WaitTimeSeconds: 1 }));
    expect(received.Messages?.map(({ Body }) => Body)).to.deep.equal([body]);
  }).timeout(60_000);

  it("promotes an earlier version and keeps its history", async () => {
    const deps = await createHop(ACCOUNTS);
    const client = createArtefactClient(deps);
    const old = await plant(deps.hop.source, "a", "old");
    await plant(deps.hop.source, "a", "new");
    await client.promoteArtefact({ key: "a" });

    await client.promoteArtefact({ key: "a", versionId: old.versionId, reason: "new breaks" });
    await client.backfill();

    expect(await deps.objects.head(deps.hop.target, "a")).to.deep.include({ etag: old.etag });
    const history = await client.history({ key: "a" });
    expect(history.map(({ sourceVersionId }) => sourceVersionId)[0]).to.equal(old.versionId);
    expect(history).to.have.length(2);
    expect((await client.listVersions({ key: "a" })).map(({ size }) => size)).to.deep.equal([3, 3]);
  }).timeout(60_000);

  it("backfills through a real queue, in batches that it takes", async () => {
    const deps = await createHop(ACCOUNTS);
    for (let n = 0; n < 25; n += 1) await plant(deps.hop.source, `k${n}`, `${n}`);

    const { counts, job } = await createArtefactClient(deps).backfill({ queueAbove: 10 });

    expect(counts).to.deep.include({ queued: 25 });
    expect(job?.status).to.equal("finished");
    expect(await deps.queue.backlog()).to.equal(25);
  }).timeout(60_000);
});
