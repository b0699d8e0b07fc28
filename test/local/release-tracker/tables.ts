import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DEPLOYMENTS_TABLE, RELEASES_TABLE } from "@slipway/release-tracker/contract";

/** Makes the tracker's two tables under names of their own, as the component declares them. */
export async function createTables(client: DynamoDBClient): Promise<{ releases: string; deployments: string }> {
  const suffix = randomUUID().slice(0, 8);
  const tables = { releases: `releases-${suffix}`, deployments: `deployments-${suffix}` };
  await client.send(
    new CreateTableCommand({
      TableName: tables.releases,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes("release_id", "project_id", "date_created", "last_date_deployed"),
      KeySchema: keys(RELEASES_TABLE.partitionKey),
      GlobalSecondaryIndexes: Object.values(RELEASES_TABLE.indexes).map(index),
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: tables.deployments,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes("environment_key", "entry", "release_id", "date_created"),
      KeySchema: keys(DEPLOYMENTS_TABLE.partitionKey, DEPLOYMENTS_TABLE.sortKey),
      GlobalSecondaryIndexes: Object.values(DEPLOYMENTS_TABLE.indexes).map(index),
    }),
  );
  return tables;
}

const attributes = (...names: string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const }));

const keys = (partition: string, sort?: string) => [
  { AttributeName: partition, KeyType: "HASH" as const },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: "RANGE" as const }]),
];

const index = ({ name, partitionKey, sortKey }: { name: string; partitionKey: string; sortKey: string }) => ({
  IndexName: name,
  KeySchema: keys(partitionKey, sortKey),
  Projection: { ProjectionType: "ALL" as const },
});
