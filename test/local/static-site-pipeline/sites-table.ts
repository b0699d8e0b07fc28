import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { SITES_TABLE } from "@slipway/static-site-pipeline/contract";
import { DynamoPipelines } from "../../../packages/static-site-pipeline/src/adapters/dynamo-pipelines";

/** An account that no environment has: an access key of twelve digits is the root of its account in the emulator. */
export const SITES_ACCOUNT = "777777777777";

/** Settings of a client. @param endpoint e.g. a proxy's. */
export const settingsOf = (account = SITES_ACCOUNT, endpoint = process.env["AWS_ENDPOINT_URL"]) => ({
  endpoint,
  region: process.env["AWS_REGION"] ?? "eu-west-2",
  credentials: { accessKeyId: account, secretAccessKey: "emulator" },
});

/** Makes a table as the component declares it. */
export async function createSitesTable(account = SITES_ACCOUNT): Promise<string> {
  const name = `sites-${randomUUID().slice(0, 8)}`;
  const { partitionKey, sortKey, indexes } = SITES_TABLE;
  const attributes = [
    partitionKey,
    sortKey,
    ...Object.values(indexes).flatMap((each) => [each.partitionKey, each.sortKey]),
  ];
  await new DynamoDBClient(settingsOf(account)).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...new Set(attributes)].map((each) => ({ AttributeName: each, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: "HASH" },
        { AttributeName: sortKey, KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: "HASH" },
          { AttributeName: index.sortKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
  return name;
}

/** A client of the table. @param endpoint e.g. a proxy's. */
export const pipelinesOf = (table: string, endpoint?: string): DynamoPipelines =>
  new DynamoPipelines(
    DynamoDBDocumentClient.from(new DynamoDBClient(settingsOf(SITES_ACCOUNT, endpoint)), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    table,
  );
