import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { LEDGER_TABLE, ROWS_TABLE } from "./contract";
import type { DataEgressArgs } from "./data-egress";
import { itemOf } from "./row-args";

const settings = (guarded: boolean) => ({
  billingMode: "PAY_PER_REQUEST",
  serverSideEncryption: { enabled: true },
  pointInTimeRecovery: { enabled: true },
  deletionProtectionEnabled: guarded,
});

/** Creates the table of rows. */
export const createRowsTable = (name: string, guarded: boolean, parent: pulumi.Resource): aws.dynamodb.Table =>
  new aws.dynamodb.Table(
    `${name}-rows`,
    {
      ...settings(guarded),
      hashKey: ROWS_TABLE.partitionKey,
      rangeKey: ROWS_TABLE.sortKey,
      attributes: Object.values(ROWS_TABLE).map((attribute) => ({ name: attribute, type: "S" })),
    },
    { parent, protect: guarded },
  );

/** Creates the ledger of jobs: on demand, encrypted, restorable to any second of 35 days and, if asked for, undeletable. */
export function createLedger(name: string, guarded: boolean, parent: pulumi.Resource): aws.dynamodb.Table {
  const { partitionKey, sortKey, indexes } = LEDGER_TABLE;
  const { jobs } = indexes;
  return new aws.dynamodb.Table(
    `${name}-ledger`,
    {
      ...settings(guarded),
      hashKey: partitionKey,
      rangeKey: sortKey,
      attributes: [partitionKey, sortKey, jobs.partitionKey, jobs.sortKey].map((attribute) => ({
        name: attribute,
        type: "S",
      })),
      globalSecondaryIndexes: [
        { name: jobs.name, hashKey: jobs.partitionKey, rangeKey: jobs.sortKey, projectionType: "ALL" },
      ],
    },
    { parent, protect: guarded },
  );
}

/** Creates an item of the table for each row. */
export function createRows(
  name: string,
  { rows }: DataEgressArgs,
  { table, bucket }: { readonly table: aws.dynamodb.Table; readonly bucket: aws.s3.Bucket | undefined },
  parent: pulumi.Resource,
): void {
  for (const row of rows) {
    const id = createHash("sha256").update(`${row.sourcePrefix} ${row.pipelineName}`).digest("hex").slice(0, 8);
    const item = pulumi
      .all([row.destinationBucket, row.roleArn, row.manifestKeyArn, bucket?.bucket ?? ""])
      .apply(([destination, role, key, own]) =>
        JSON.stringify(toAttributes(itemOf(row, { own, bucket: destination, role, key }))),
      );
    new aws.dynamodb.TableItem(
      `${name}-row-${row.pipelineName.replace(/[^A-Za-z0-9_-]+/g, "-")}-${id}`,
      { tableName: table.name, hashKey: ROWS_TABLE.partitionKey, rangeKey: ROWS_TABLE.sortKey, item },
      { parent },
    );
  }
}

/** As DynamoDB writes items. */
const toAttributes = (item: Record<string, unknown>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === "boolean" ? { BOOL: value } : { S: String(value) }]];
    }),
  );
