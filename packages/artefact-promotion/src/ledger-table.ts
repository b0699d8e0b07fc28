import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { LEDGER_TABLE } from "./contract";

/** Creates the ledger: on demand, encrypted, restorable to any second of 35 days and, if asked for, undeletable. */
export function createLedger(name: string, guarded: boolean, parent: pulumi.Resource): aws.dynamodb.Table {
  const { partitionKey, sortKey } = LEDGER_TABLE;
  const indexes = Object.values(LEDGER_TABLE.indexes);
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return new aws.dynamodb.Table(
    `${name}-ledger`,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: partitionKey,
      rangeKey: sortKey,
      attributes: [...new Set(keys)].map((attribute) => ({ name: attribute, type: "S" })),
      globalSecondaryIndexes: indexes.map((index) => ({
        name: index.name,
        hashKey: index.partitionKey,
        rangeKey: index.sortKey,
        projectionType: "ALL",
      })),
      serverSideEncryption: { enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: guarded,
    },
    { parent, protect: guarded },
  );
}
