import type * as aws from "@pulumi/aws";
import type {
  GlobalSecondaryIndex,
  GlobalSecondaryIndexUpdate,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import { same } from "../../compare";
import type { Plain } from "../../plain";
import { PROVISIONED } from "./table-throughput";

type Args = Plain<aws.dynamodb.TableArgs>;
type Global = NonNullable<Args["globalSecondaryIndexes"]>[number];
type Local = NonNullable<Args["localSecondaryIndexes"]>[number];

/** Primary key of a table or index. */
export function keySchema(hashKey: string | undefined, rangeKey: string | undefined): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
  ];
}

const projection = (index: { projectionType: string; nonKeyAttributes?: string[] | undefined }): Projection => ({
  ProjectionType: index.projectionType as "ALL",
  ...(index.nonKeyAttributes?.length && { NonKeyAttributes: index.nonKeyAttributes }),
});

/** A global index as AWS takes it. */
export function globalIndex(index: Global, billingMode: string | undefined): GlobalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.hashKey, index.rangeKey),
    Projection: projection(index),
    ...(billingMode === PROVISIONED && {
      ProvisionedThroughput: { ReadCapacityUnits: index.readCapacity, WriteCapacityUnits: index.writeCapacity },
    }),
  };
}

/** A local index as AWS takes it; it shares the table's hash key. */
export function localIndex(index: Local, hashKey: string | undefined): LocalSecondaryIndex {
  return { IndexName: index.name, KeySchema: keySchema(hashKey, index.rangeKey), Projection: projection(index) };
}

/** The steps from one set of global indexes to another: AWS takes one a call, and replaces a changed one by two. */
export function changeIndexes(previous: Args, wanted: Args): GlobalSecondaryIndexUpdate[] {
  const [before, after] = [previous.globalSecondaryIndexes ?? [], wanted.globalSecondaryIndexes ?? []];
  const isKept = (list: Global[], index: Global): boolean => list.some((other) => same(index, other));
  return [
    ...before.filter((index) => !isKept(after, index)).map(({ name }) => ({ Delete: { IndexName: name } })),
    ...after
      .filter((index) => !isKept(before, index))
      .map((index) => ({ Create: globalIndex(index, wanted.billingMode) })),
  ] as GlobalSecondaryIndexUpdate[];
}

const keyIn = (schema: KeySchemaElement[] | undefined, type: string): string | undefined =>
  schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;

/** Indexes of a table as the state holds them. */
export function describedIndexes(
  table: TableDescription,
): Pick<Plain<aws.dynamodb.TableState>, "globalSecondaryIndexes" | "localSecondaryIndexes"> {
  return {
    globalSecondaryIndexes: table.GlobalSecondaryIndexes?.map((index) => ({
      name: index.IndexName ?? "",
      hashKey: keyIn(index.KeySchema, "HASH") ?? "",
      rangeKey: keyIn(index.KeySchema, "RANGE"),
      projectionType: index.Projection?.ProjectionType ?? "ALL",
      nonKeyAttributes: index.Projection?.NonKeyAttributes,
      readCapacity: index.ProvisionedThroughput?.ReadCapacityUnits || undefined,
      writeCapacity: index.ProvisionedThroughput?.WriteCapacityUnits || undefined,
    })),
    localSecondaryIndexes: table.LocalSecondaryIndexes?.map((index) => ({
      name: index.IndexName ?? "",
      rangeKey: keyIn(index.KeySchema, "RANGE") ?? "",
      projectionType: index.Projection?.ProjectionType ?? "ALL",
      nonKeyAttributes: index.Projection?.NonKeyAttributes,
    })),
  };
}
