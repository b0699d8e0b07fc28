import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { SITES_TABLE } from "@slipway/static-site-pipeline/contract";
import { DynamoPipelines } from "../../../packages/static-site-pipeline/src/adapters/dynamo-pipelines";
import { createTable } from "../support/tables";

/** An account that no environment has: an access key of twelve digits is the root of its account in the emulator. */
export const SITES_ACCOUNT = "777777777777";

/** Settings of a client. @param endpoint e.g. a proxy's. */
export const settingsOf = (account = SITES_ACCOUNT, endpoint = process.env["AWS_ENDPOINT_URL"]) => ({
  endpoint,
  region: process.env["AWS_REGION"] ?? "eu-west-2",
  credentials: { accessKeyId: account, secretAccessKey: "emulator" },
});

/** Makes a table as the component declares it. */
export const createSitesTable = (account = SITES_ACCOUNT): Promise<string> =>
  createTable(new DynamoDBClient(settingsOf(account)), "sites", SITES_TABLE);

/** A client of the table. @param endpoint e.g. a proxy's. */
export const pipelinesOf = (table: string, endpoint?: string): DynamoPipelines =>
  new DynamoPipelines(
    DynamoDBDocumentClient.from(new DynamoDBClient(settingsOf(SITES_ACCOUNT, endpoint)), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    table,
  );
