import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { DEPLOYMENTS_TABLE, RELEASES_TABLE } from "./contract";

interface IndexKeys {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes: Readonly<Record<string, IndexKeys>>;
}

/** The two tables of a release tracker. */
export interface ReleaseTables {
  readonly releases: aws.dynamodb.Table;
  readonly deployments: aws.dynamodb.Table;
}

/** Creates the tables: on demand, encrypted, restorable to any second of 35 days and, if asked for, undeletable. */
export const createReleaseTables = (name: string, guarded: boolean, parent: pulumi.Resource): ReleaseTables => ({
  releases: createTable(`${name}-releases`, RELEASES_TABLE, guarded, parent),
  deployments: createTable(`${name}-deployments`, DEPLOYMENTS_TABLE, guarded, parent),
});

function createTable(name: string, keys: TableKeys, guarded: boolean, parent: pulumi.Resource): aws.dynamodb.Table {
  const indexes = Object.values(keys.indexes);
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: keys.partitionKey,
      ...(keys.sortKey === undefined ? {} : { rangeKey: keys.sortKey }),
      attributes: keyAttributes(keys, indexes).map((attribute) => ({ name: attribute, type: "S" })),
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

/** DynamoDB wants every key attribute declared once, and no others. */
const keyAttributes = ({ partitionKey, sortKey }: TableKeys, indexes: readonly IndexKeys[]): string[] => [
  ...new Set([
    partitionKey,
    ...(sortKey === undefined ? [] : [sortKey]),
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ]),
];
