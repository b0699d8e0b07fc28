import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

interface Keys {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** Keys and indexes of a table, as a component's contract names them. All keys are strings. */
export interface TableContract extends Keys {
  readonly indexes: Readonly<Record<string, Keys & { readonly name: string }>>;
}

/** Makes a table as its component declares it, under a name of its own. @returns the name. */
export async function createTable(client: DynamoDBClient, prefix: string, contract: TableContract): Promise<string> {
  const TableName = `${prefix}-${randomUUID().slice(0, 8)}`;
  const indexes = Object.values(contract.indexes);
  const names = [contract, ...indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey ?? []].flat());
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...new Set(names)].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: schemaOf(contract),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schemaOf(index),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
  return TableName;
}

const schemaOf = ({ partitionKey, sortKey }: Keys) => [
  { AttributeName: partitionKey, KeyType: "HASH" as const },
  ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" as const }]),
];
