import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Sleeper } from "@slipway/core";
import pMap from "p-map";
import { LEDGER_TABLE } from "../contract";
import type { Item } from "./ledger-items";

/**
 * Actions in one transaction: as many as DynamoDB takes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const ITEMS_AT_ONCE = 100;
const BATCHES_AT_ONCE = 4;
const ATTEMPTS = 8;
const FIRST_PAUSE = 25;

/**
 * Writes items that are not there yet, some in one request, and leaves those that are there as they are.
 * Repeating it after any failure changes nothing.
 */
export async function putNewItems(
  client: DynamoDBDocumentClient,
  sleeper: Sleeper,
  table: string,
  items: readonly Item[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / ITEMS_AT_ONCE) }, (_, index) =>
    items.slice(index * ITEMS_AT_ONCE, (index + 1) * ITEMS_AT_ONCE),
  );
  await pMap(batches, (batch) => putOnce(client, sleeper, table, batch), { concurrency: BATCHES_AT_ONCE });
}

async function putOnce(
  client: DynamoDBDocumentClient,
  sleeper: Sleeper,
  table: string,
  items: readonly Item[],
): Promise<void> {
  let left = items;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: left.map((item) => putNew(table, item)) }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || attempt === ATTEMPTS) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      const missing = left.filter((_, index) => codes[index] !== "ConditionalCheckFailed");
      if (missing.length === left.length) {
        if (!codes.includes("TransactionConflict")) throw error;
        await sleeper.sleep(FIRST_PAUSE * 2 ** attempt);
      }
      left = missing;
    }
  }
}

const putNew = (table: string, item: Item) => ({
  Put: { TableName: table, Item: item, ConditionExpression: `attribute_not_exists(${LEDGER_TABLE.partitionKey})` },
});
