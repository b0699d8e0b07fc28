import { BatchWriteItemCommand, DynamoDBClient, paginateScan, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { LocalEnvironment } from "@slipway/local";
import { openReleaseTracker } from "@slipway/release-tracker/library";
import { startProxy } from "@slipway/testing";
import { createTables } from "../local/release-tracker/tables";
import { describePairs, inPairs, type Measurement } from "./measure";

const RELEASES = 10_000;
const PROJECTS = 50;
const BATCH = 25;

const digits = (value: number, length: number) => String(value).padStart(length, "0");

/** A release of about 2 KB. */
function release(index: number) {
  const images = Array.from({ length: 12 }, (_, service) => {
    const repository = `000000000000.dkr.ecr.eu-west-2.amazonaws.com/service-${service}`;
    return [`service-${service}`, `${repository}:v${index}@sha256:${digits(index, 64)}`] as const;
  });
  const created = `${new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString().slice(0, 19)}.000000`;
  return {
    release_id: `${digits(index, 8)}-0000-4000-8000-000000000000`,
    project_id: `project-${index % PROJECTS}`,
    project_name: "Benchmark",
    date_created: created,
    created_at: index,
    last_date_deployed: created,
    release_manifest: { from_label: "latest", overrides: {}, parameter_versions: {} },
    description: `release ${index}`,
    requested_by: { id: "bench", name: "bench" },
    images: Object.fromEntries(images),
  };
}

async function fill(client: DynamoDBClient, table: string): Promise<void> {
  const batches = Array.from({ length: RELEASES / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (_, index): WriteRequest => ({
      PutRequest: { Item: marshall(release(batch * BATCH + index)) },
    })),
  );
  for (const requests of batches) {
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

/** What a table without an index costs: read everything, keep one project, sort, take the newest. */
async function scanForLatest(client: DynamoDBClient, table: string, projectId: string): Promise<number> {
  const found: string[] = [];
  const input = {
    TableName: table,
    FilterExpression: "project_id = :project",
    ExpressionAttributeValues: marshall({ ":project": projectId }),
  };
  for await (const page of paginateScan({ client }, input)) {
    found.push(...(page.Items ?? []).map(({ date_created }) => date_created?.S ?? ""));
  }
  return found.sort().slice(-20).length;
}

/** The latest 20 releases of one project among 10,000 of 50 projects. */
export async function run({ endpoint }: LocalEnvironment): Promise<readonly Measurement[]> {
  const client = new DynamoDBClient({ endpoint });
  const tables = await createTables(client);
  await fill(client, tables.releases);
  const proxy = await startProxy({ target: endpoint });
  process.env["AWS_ENDPOINT_URL"] = proxy.url;
  const tracker = openReleaseTracker({
    project: { id: "project-7", name: "Benchmark", environments: [] },
    releasesTable: tables.releases,
    deploymentsTable: tables.deployments,
  });
  const scanning = new DynamoDBClient({ endpoint: proxy.url });
  try {
    const latest = await tracker.listReleases({ limit: 20 });
    const { requests, bytesReceived } = proxy.counts();
    const right = latest.length === 20 && latest[0]?.description === `release ${RELEASES - PROJECTS + 7}`;
    const pairs = await inPairs(
      5,
      () => tracker.listReleases({ limit: 20 }),
      () => scanForLatest(scanning, tables.releases, "project-7"),
    );
    return [
      {
        what: "requests for the latest 20 of 10,000 releases",
        value: right ? requests : Number.POSITIVE_INFINITY,
        bound: 1,
        detail: `${bytesReceived} bytes received; the newest is ${latest[0]?.description ?? "missing"}`,
      },
      {
        what: "time for the latest 20, against a scan",
        value: pairs.ratio,
        bound: 1 / 15,
        detail: describePairs(pairs),
      },
    ];
  } finally {
    process.env["AWS_ENDPOINT_URL"] = endpoint;
    scanning.destroy();
    client.destroy();
    await proxy.close();
  }
}
