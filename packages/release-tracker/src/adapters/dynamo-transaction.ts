import { randomUUID } from "node:crypto";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient, TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Sleeper } from "@slipway/core";
import { callTracker } from "./call-tracker";

/** One action of a transaction. */
export type TransactionItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Attempts when other transactions touch the same items. */
const ATTEMPTS = 12;

/**
 * Writes all items or none.
 *
 * Transactions that collide with others are repeated; the same token throughout makes DynamoDB recognise a repetition
 * whose first acknowledgement was lost.
 *
 * @returns Positions of the items whose condition did not hold; empty when everything is written.
 */
export async function transact(
  client: DynamoDBDocumentClient,
  sleeper: Sleeper,
  action: string,
  items: readonly TransactionItem[],
): Promise<readonly number[]> {
  const command = new TransactWriteCommand({ TransactItems: [...items], ClientRequestToken: randomUUID() });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await callTracker(action, () => client.send(command));
      return [];
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      const failed = codes.flatMap((code, index) => (code === "ConditionalCheckFailed" ? [index] : []));
      if (failed.length > 0) return failed;
      if (!codes.includes("TransactionConflict") || attempt === ATTEMPTS) throw error;
      await sleeper.sleep(Math.random() * Math.min(1000, 20 * 2 ** attempt));
    }
  }
}
