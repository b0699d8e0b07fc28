import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DEPLOYMENTS_TABLE, RELEASES_TABLE } from "@slipway/release-tracker/contract";
import { createTable } from "../support/tables";

/** Makes the tracker's two tables under names of their own, as the component declares them. */
export async function createTables(client: DynamoDBClient): Promise<{ releases: string; deployments: string }> {
  return {
    releases: await createTable(client, "releases", RELEASES_TABLE),
    deployments: await createTable(client, "deployments", DEPLOYMENTS_TABLE),
  };
}
