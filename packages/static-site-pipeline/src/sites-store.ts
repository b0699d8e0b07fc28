import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { SITES_TABLE } from "./contract";

/** Creates the one table, by the contract. */
export function createSitesTable(name: string, guarded: boolean, parent: pulumi.Resource): aws.dynamodb.Table {
  const { partitionKey, sortKey, indexes } = SITES_TABLE;
  const keys = [
    partitionKey,
    sortKey,
    ...Object.values(indexes).flatMap((index) => [index.partitionKey, index.sortKey]),
  ];
  return new aws.dynamodb.Table(
    `${name}-table`,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: partitionKey,
      rangeKey: sortKey,
      attributes: [...new Set(keys)].map((key) => ({ name: key, type: "S" })),
      globalSecondaryIndexes: Object.values(indexes).map((index) => ({
        name: index.name,
        hashKey: index.partitionKey,
        rangeKey: index.sortKey,
        projectionType: "ALL",
      })),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: guarded,
    },
    { parent, protect: guarded },
  );
}
