import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import type { Sleeper } from "@slipway/core";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { BACKFILL_PARTITION, LEDGER_TABLE } from "../contract";
import { PromotionNotFoundError } from "../core/errors";
import type { BackfillJob, Hold, Promotion, PromotionFailure } from "../core/ledger";
import type { Ledger } from "../core/ports";
import { putNewItems } from "./dynamo-batches";
import {
  failureItem,
  failureKey,
  holdItem,
  holdKey,
  jobItem,
  jobKey,
  promotionItem,
  promotionKey,
  reconcileKey,
  toFailure,
  toHold,
  toJob,
  toPromotion,
  type Item,
  type ItemKey,
} from "./ledger-items";

interface QueryInput {
  readonly index?: string;
  readonly attribute: string;
  readonly value: string;
}

/** The ledger in DynamoDB. */
export class DynamoLedger implements Ledger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly sleeper: Sleeper,
  ) {}

  async record(promotions: readonly Promotion[]): Promise<void> {
    const items = new Map(promotions.map((each) => [JSON.stringify(promotionKey(each.key, each.targetVersion)), each]));
    await this.call("TransactWriteItems", () =>
      putNewItems(this.client, this.sleeper, this.table, [...items.values()].map(promotionItem)),
    );
  }

  async promotion(key: string, targetVersion: string): Promise<Promotion | undefined> {
    const item = await this.get(promotionKey(key, targetVersion));
    return item && toPromotion(item);
  }

  async ofArtefact(key: string, limit: number): Promise<readonly Promotion[]> {
    const { name, partitionKey } = LEDGER_TABLE.indexes.artefact;
    return (await this.query({ index: name, attribute: partitionKey, value: key }, limit)).map(toPromotion);
  }

  async ofDay(day: string, limit: number): Promise<readonly Promotion[]> {
    const { name, partitionKey } = LEDGER_TABLE.indexes.day;
    return (await this.query({ index: name, attribute: partitionKey, value: day }, limit)).map(toPromotion);
  }

  async hold(key: string): Promise<Hold | undefined> {
    const item = await this.get(holdKey(key));
    return item && toHold(item);
  }

  async putHold(hold: Hold): Promise<void> {
    await this.put(holdItem(hold));
  }

  async removeHold(key: string): Promise<void> {
    await this.remove(holdKey(key));
  }

  async recordFailure(failure: PromotionFailure): Promise<void> {
    await this.put(failureItem(failure));
  }

  async failure(of: { readonly key?: string | undefined; readonly messageId: string }) {
    const item = await this.get(failureKey(of));
    return item && toFailure(item);
  }

  async saveJob(job: BackfillJob): Promise<void> {
    const command = new PutCommand({
      TableName: this.table,
      Item: jobItem(job),
      ConditionExpression: "attribute_not_exists(#status) OR #status <> :finished",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":finished": "finished" },
    });
    try {
      await this.call("PutItem", () => this.client.send(command));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async job(id: string): Promise<BackfillJob | undefined> {
    const item = await this.get(jobKey(id));
    return item && toJob(item);
  }

  async jobs(limit: number): Promise<readonly BackfillJob[]> {
    // One item for each backfill that anybody ever asked for: few enough to sort here.
    const items = await this.query({ attribute: LEDGER_TABLE.partitionKey, value: BACKFILL_PARTITION }, Infinity);
    return items
      .map(toJob)
      .sort((a, b) => compare(b.startedAt, a.startedAt) || compare(b.id, a.id))
      .slice(0, limit);
  }

  async reconcileCursor(): Promise<string | undefined> {
    const cursor = (await this.get(reconcileKey))?.["job_cursor"];
    return typeof cursor === "string" ? cursor : undefined;
  }

  async saveReconcileCursor(cursor: string | undefined): Promise<void> {
    await (cursor === undefined ? this.remove(reconcileKey) : this.put({ ...reconcileKey, job_cursor: cursor }));
  }

  private async get(key: ItemKey): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: key, ConsistentRead: true });
    return (await this.call("GetItem", () => this.client.send(command))).Item;
  }

  private async put(item: Item): Promise<void> {
    await this.call("PutItem", () => this.client.send(new PutCommand({ TableName: this.table, Item: item })));
  }

  private async remove(key: ItemKey): Promise<void> {
    await this.call("DeleteItem", () => this.client.send(new DeleteCommand({ TableName: this.table, Key: key })));
  }

  private query({ index, attribute, value }: QueryInput, limit: number): Promise<readonly Item[]> {
    return this.call("Query", async () => {
      const found: Item[] = [];
      const pages = paginateQuery(
        { client: this.client, ...(Number.isFinite(limit) && { pageSize: limit }) },
        {
          TableName: this.table,
          IndexName: index,
          KeyConditionExpression: "#key = :key",
          ExpressionAttributeNames: { "#key": attribute },
          ExpressionAttributeValues: { ":key": value },
          ScanIndexForward: false,
        },
      );
      for await (const { Items = [] } of pages) {
        found.push(...Items);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  private async call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const action = `dynamodb:${operation} ${this.table}`;
    try {
      return await callAws(action, run);
    } catch (error) {
      throw isAwsError(error, "ResourceNotFoundException")
        ? new PromotionNotFoundError(action, { cause: error })
        : error;
    }
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
