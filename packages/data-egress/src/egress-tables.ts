import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { LEDGER_TABLE, ROWS_TABLE } from "./contract";

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
