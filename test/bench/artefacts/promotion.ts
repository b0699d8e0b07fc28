import { PROMOTE_BATCH_SIZE } from "@slipway/artefact-promotion/contract";
import { s3Notification, startConditionalCopies, startProxy, type Proxy, type ProxiedRequest } from "@slipway/testing";
import { createPromoteArtefacts } from "../../../packages/artefact-promotion/src/handlers/promote-artefacts";
import { ACCOUNTS, createHop, s3Of } from "../../local/artefact-promotion/support";
import type { Measurement } from "../measure";
import { countWrong, listVersions, OBJECT_SIZE, plantMany, type PlantedObject } from "./many-objects";

const OBJECTS = 10_000;
/** Every tenth event comes twice. */
const REPEATED = 10;

type Hop = Awaited<ReturnType<typeof createHop>>;

/** What some deliveries cost, as the proxy counted it. */
interface Cost {
  readonly requests: number;
  /** Of bodies, sent and received. */
  readonly bytes: number;
  /** Bytes of objects that went through the client. */
  readonly payload: number;
  /** Messages that are to come again. */
  readonly failed: number;
}

interface Costs {
  readonly fresh: Cost;
  readonly again: Cost;
  /** How many events came once more. */
  readonly repeated: number;
  /** Versions at the target in the end. */
  readonly versions: number;
  /** Objects that are not as they should be there. */
  readonly wrong: number;
}

/**
 * What it costs to promote 10,000 objects of 4 KiB by the function behind the queue, in the batches that the queue makes,
 * and what an event costs that comes once more. The emulator knows no conditions on copies, so a stand-in adds them.
 */
export async function measurePromotion(endpoint: string): Promise<readonly Measurement[]> {
  const copies = await startConditionalCopies(endpoint);
  const proxy = await startProxy({ target: copies.url });
  try {
    return measurementsOf(await promoteTwice(proxy));
  } finally {
    await proxy.close();
    await copies.close();
  }
}

async function promoteTwice(proxy: Proxy): Promise<Costs> {
  const deps = await createHop({ source: ACCOUNTS.target, target: ACCOUNTS.target }, proxy.url);
  const { source, target } = deps.hop;
  const direct = s3Of(ACCOUNTS.target);
  const planted = await plantMany(direct, source, OBJECTS);
  const repeated = planted.filter((_, index) => index % REPEATED === 0);
  return {
    fresh: await deliver(deps, proxy, planted),
    again: await deliver(deps, proxy, repeated),
    repeated: repeated.length,
    versions: (await listVersions(direct, target.name)).length,
    wrong: await countWrong(direct, target, planted),
  };
}

async function deliver(deps: Hop, proxy: Proxy, objects: readonly PlantedObject[]): Promise<Cost> {
  const handle = createPromoteArtefacts(deps);
  proxy.reset();
  let failed = 0;
  for (let start = 0; start < objects.length; start += PROMOTE_BATCH_SIZE) {
    const batch = objects.slice(start, start + PROMOTE_BATCH_SIZE);
    const answer = await handle({ Records: batch.map((object) => toRecord(deps.hop.source.name, object)) });
    failed += answer.batchItemFailures.length;
  }
  const { requests, bytesSent, bytesReceived } = proxy.counts();
  const payload = proxy.seen.reduce((sum, request) => sum + payloadOf(request), 0);
  return { requests, bytes: bytesSent + bytesReceived, payload, failed };
}

/** A message as the queue hands it to the function. */
const toRecord = (bucket: string, { key, etag, versionId }: PlantedObject) => ({
  messageId: key,
  body: s3Notification({ bucket, key, etag, versionId, size: OBJECT_SIZE }),
  attributes: { ApproximateReceiveCount: "1" },
});

/** Bytes of an object that a request brings to the client or takes from there. S3's requests name no operation. */
function payloadOf({ operation, method, body }: ProxiedRequest): number {
  if (operation !== undefined) return 0;
  return method === "GET" ? OBJECT_SIZE : body.length;
}

function measurementsOf({ fresh, again, repeated, versions, wrong }: Costs): readonly Measurement[] {
  const failed = fresh.failed + again.failed;
  const unlessWrong = (value: number): number => (wrong + failed === 0 ? value : Number.POSITIVE_INFINITY);
  const checked = `${wrong} wrong at the target, ${failed} failed`;
  return [
    {
      what: "requests for a new object of 4 KiB",
      value: unlessWrong(fresh.requests / OBJECTS),
      bound: 1.1,
      detail: `${fresh.requests} for ${OBJECTS} objects in batches of ${PROMOTE_BATCH_SIZE}; ${checked}`,
    },
    {
      what: "bytes through the client for a new object of 4 KiB",
      value: unlessWrong(fresh.bytes / OBJECTS),
      bound: 2000,
      detail: `${fresh.bytes} sent and received, ledger and events included; ${fresh.payload} of them payload`,
    },
    {
      what: "requests for an event that comes once more",
      value: unlessWrong(again.requests / repeated),
      bound: 2,
      detail: `${again.requests} for ${repeated} events; ${checked}`,
    },
    {
      what: "bytes of objects that the repeated events moved",
      value: unlessWrong(again.payload + (versions - OBJECTS) * OBJECT_SIZE),
      bound: 0,
      detail: `${versions} versions of ${OBJECTS} objects at the target; ${again.bytes} bytes of answers`,
    },
  ];
}
