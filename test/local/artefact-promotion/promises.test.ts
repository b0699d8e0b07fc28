import { expect } from "chai";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { startProxy, type Fault, type Proxy, type ProxiedRequest } from "@slipway/testing";
import { S3ObjectStore } from "../../../packages/artefact-promotion/src/adapters/s3-object-store";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { createArtefactClient } from "../../../packages/artefact-promotion/src/operations";
import { promoteObject } from "../../../packages/artefact-promotion/src/operations/promote-object";
import { randomNumbers, withSeed } from "../../../packages/artefact-promotion/test/support/seeds";
import { encodeKey } from "../../../packages/artefact-promotion/test/support/world";
import { startConditionalCopies, type ConditionalCopies } from "./conditional-copies";
import { ACCOUNTS, createHop, openUploads, plant, s3Of } from "./support";

type Hop = Awaited<ReturnType<typeof createHop>>;

const ONE_ACCOUNT = { source: ACCOUNTS.target, target: ACCOUNTS.target };
const endpoint = (): string => process.env["AWS_ENDPOINT_URL"] ?? "";

const bodyAbout = (
  bucket: string,
  key: string,
  size: number,
  { etag, versionId }: Awaited<ReturnType<typeof plant>>,
) => {
  const object = { key: encodeKey(key), size, eTag: etag, versionId, sequencer: "00" };
  return JSON.stringify({
    Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object } }],
  });
};

async function messagesFor({ hop }: Hop, count: number): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const put = await plant(hop.source, `k${n}`, `${n}`);
    bodies.push(bodyAbout(hop.source.name, `k${n}`, `${n}`.length, put));
  }
  return bodies;
}

/** Delivers a batch until nothing of it fails; returns how often it had to. */
async function deliver(deps: Hop, bodies: readonly string[]): Promise<number> {
  const handle = createPromoteArtefacts(deps);
  let records = bodies.map((body, n) => ({ messageId: `m${n}`, body, receives: 1 }));
  for (let round = 1; ; round += 1) {
    const Records = records.map(({ messageId, body, receives }) => ({
      messageId,
      body,
      attributes: { ApproximateReceiveCount: `${receives}` },
    }));
    const failed = new Set((await handle({ Records })).batchItemFailures.map((each) => each.itemIdentifier));
    if (failed.size === 0) return round;
    if (round === 30) throw new Error(`${failed.size} messages fail for ever`);
    records = records
      .filter(({ messageId }) => failed.has(messageId))
      .map((each) => ({ ...each, receives: each.receives + 1 }));
  }
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
  let faults: (request: ProxiedRequest) => Fault | undefined;

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
    expect(proxy.counts().requests).to.equal(102);

    proxy.reset();
    expect(await deliver(deps, bodies)).to.equal(1);
    expect(proxy.counts().requests).to.equal(200);
    expect(new Set(await versionsAt(deps, 100))).to.deep.equal(new Set([1]));
  }).timeout(60_000);

  const random = (seed: number): ((request: ProxiedRequest) => Fault | undefined) => {
    const next = randomNumbers(seed);
    const error = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
    return ({ method, headers }) => {
      const dice = next();
      if (dice < 0.02)
        return {
          kind: "fail",
          status: 503,
          body: "<Error><Code>SlowDown</Code></Error>",
          contentType: "application/xml",
        };
      if (dice < 0.04) return { kind: "lose-answer" };
      const copied = method === "PUT" && headers["x-amz-copy-source"] !== undefined;
      if (dice < 0.06 && copied) return { kind: "answer", status: 200, body: error, contentType: "application/xml" };
      return dice < 0.08 ? { kind: "truncate", bytes: 3 } : undefined;
    };
  };

  for (const [what, accounts, maxAttempts] of [
    ["by the server", ONE_ACCOUNT, 6],
    ["by the server without the SDK's retries", ONE_ACCOUNT, 1],
    ["streamed between two accounts", ACCOUNTS, 6],
    ["streamed without the SDK's retries", ACCOUNTS, 1],
  ] as const) {
    it(`A1 200 objects under faults, ${what}: none missing, one version and one record each`, () =>
      withSeed(async (seed) => {
        const deps = await createHop(accounts, proxy.url, maxAttempts);
        const bodies = await messagesFor(deps, 200);
        faults = random(seed);

        for (let start = 0; start < bodies.length; start += 50) await deliver(deps, bodies.slice(start, start + 50));

        faults = () => undefined;
        expect(new Set(await versionsAt(deps, 200))).to.deep.equal(new Set([1]));
        const client = createArtefactClient({ ...deps, objects: objectsOf(deps) });
        const { counts } = await client.diffArtefacts({ onDifference: () => undefined });
        expect(counts).to.deep.equal({ missing: 0, different: 0, extra: 0, held: 0, "in-flight": 0 });
        const today = new Date().toISOString().slice(0, 10);
        expect(await deps.ledger.ofDay(today, 1000)).to.have.length(200);
      })).timeout(300_000);
  }

  /** Requests to S3 that do not say whose bucket it must be. */
  const unowned = (requests: readonly ProxiedRequest[]): readonly string[] =>
    requests
      .filter(({ operation }) => operation === undefined)
      .filter(
        ({ headers }) =>
          headers["x-amz-expected-bucket-owner"] === undefined ||
          (headers["x-amz-copy-source"] !== undefined && headers["x-amz-source-expected-bucket-owner"] === undefined),
      )
      .map(({ method, url }) => `${method} ${url}`);

  it("A7 says in every request whose bucket it must be", async () => {
    const limits = { wholeCopy: 20, copiedPart: 10, sentPart: 10, mostParts: 100, objectsAtOnce: 4 };
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

  it("A7 the test notices a request that does not", async () => {
    const { hop } = await createHop(ONE_ACCOUNT, proxy.url);
    proxy.reset();

    const first = await fetch(`${proxy.url}/${hop.source.name}/k`, { method: "HEAD" });

    expect(first.status).to.be.above(0);
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
    faults = ({ url }) => (/partNumber=3/.test(url) ? { kind: "fail", status: 400, body: "" } : undefined);
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
    const put = await plant(deps.hop.source, "a", "x");
    const body = bodyAbout(deps.hop.source.name, "a", 1, put);
    const failing = createPromoteArtefacts({
      ...deps,
      hop: { ...deps.hop, target: { ...deps.hop.target, name: "no-such-bucket-at-all" } },
    });
    await failing({ Records: [{ messageId: "m", body, attributes: { ApproximateReceiveCount: "5" } }] });
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
