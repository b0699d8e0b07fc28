import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { paginateGetParametersByPath, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { LocalEnvironment } from "@slipway/local";
import { openReleaseTracker } from "@slipway/release-tracker/library";
import { startProxy } from "@slipway/testing";
import { createTables } from "../local/release-tracker/tables";
import { describePairs, inPairs, type Measurement } from "./measure";

const SERVICES = 100;
const LATENCY = 20;
/** Milliseconds over which the rate of requests to SSM is kept, and a little. */
const RATE_WINDOW = 1_100;
const PROJECT = "bench-prepare";
const DIGEST = "0".repeat(64);

const nameOf = (index: number) => `service-${String(index).padStart(3, "0")}`;

async function readSerially(client: SSMClient): Promise<number> {
  let found = 0;
  const path = `/${PROJECT}/images/latest`;
  for await (const page of paginateGetParametersByPath({ client }, { Path: path }))
    found += page.Parameters?.length ?? 0;
  return found;
}

/**
 * What `prepare` reads of 100 services that the manifest names, at 20 ms latency, its second look at every version
 * included, against reading the same parameters page by page. A dry run, since the peer writes nothing either.
 */
export async function run({ endpoint }: LocalEnvironment): Promise<readonly Measurement[]> {
  const direct = new SSMClient({ endpoint });
  for (let index = 0; index < SERVICES; index++) {
    const Name = `/${PROJECT}/images/latest/${nameOf(index)}`;
    const Value = `registry.example.com/service-${index}@sha256:${DIGEST}`;
    await direct.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  }
  const tables = await createTables(new DynamoDBClient({ endpoint }));
  const proxy = await startProxy({ target: endpoint, latency: LATENCY });
  process.env["AWS_ENDPOINT_URL"] = proxy.url;
  const peer = new SSMClient({ endpoint: proxy.url });
  const names = Array.from({ length: SERVICES }, (_, index) => nameOf(index));
  const trackerOf = (services?: readonly string[]) =>
    openReleaseTracker({
      project: { id: PROJECT, name: "Benchmark", environments: [], services },
      releasesTable: tables.releases,
      deploymentsTable: tables.deployments,
      requestedBy: { id: "bench", name: "bench" },
    });
  const knowing = trackerOf(names);
  const listing = trackerOf();
  const prepare = (tracker: typeof knowing) => tracker.prepareRelease({ description: "bench", dryRun: true });
  try {
    const peerCount = await readSerially(peer);
    proxy.reset();
    const { release } = await prepare(knowing);
    const reads = proxy.seen.filter(({ operation }) => operation?.startsWith("AmazonSSM.")).length;
    const known = await inPairs(
      9,
      () => prepare(knowing),
      () => readSerially(peer),
      RATE_WINDOW,
    );
    const listed = await inPairs(
      5,
      () => prepare(listing),
      () => readSerially(peer),
      RATE_WINDOW,
    );
    const right = Object.keys(release.images).length === SERVICES && peerCount === SERVICES;
    return [
      {
        what: "prepare of 100 known services at 20 ms latency, against reading them serially",
        value: right ? known.ratio : Number.POSITIVE_INFINITY,
        bound: 0.3,
        detail: `${reads} requests to SSM; ${describePairs(known)}`,
      },
      {
        what: "the same with services that have to be listed first: one round trip more",
        value: listed.ratio,
        bound: 0.45,
        detail: describePairs(listed),
      },
    ];
  } finally {
    process.env["AWS_ENDPOINT_URL"] = endpoint;
    peer.destroy();
    direct.destroy();
    await proxy.close();
  }
}
