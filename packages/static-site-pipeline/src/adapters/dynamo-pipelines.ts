import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  paginateQuery,
  PutCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { SITES_TABLE } from "../contract";
import { SitesNotFoundError } from "../core/errors";
import type { BuildRecord, Declaration, OutboxEvent, Pipeline } from "../core/pipeline";
import type {
  Alongside,
  FailureStore,
  Installation,
  InstallationStore,
  MessageFailure,
  PipelineStore,
} from "../core/ports";
import { sourcesOf } from "../core/status";
import { requireLegalWrite } from "../core/writes";
import * as items from "./site-items";
import type { Item, ItemKey } from "./site-items";

type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;
/** What a query asks for. */
interface QueryInput {
  readonly index?: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly names?: Readonly<Record<string, string>>;
  readonly latestFirst?: boolean;
}

/** Pipelines in DynamoDB: each write of a row goes by the status and version that it was read with. */
export class DynamoPipelines implements PipelineStore, InstallationStore, FailureStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async get(siteId: string): Promise<Pipeline | undefined> {
    const item = await this.read(items.pipelineKey(siteId));
    return item && items.toPipeline(item);
  }

  async declaration(siteId: string): Promise<Declaration | undefined> {
    const item = await this.read(items.declarationKey(siteId));
    return item && items.toDeclaration(item);
  }

  async create(row: Pipeline, alongside: Alongside): Promise<"written" | "exists"> {
    const put = { Put: { ...this.put(items.pipelineItem(row)), ConditionExpression: "attribute_not_exists(entry)" } };
    return (await this.commit([put, ...this.putAlongside(alongside)], row)) ? "written" : "exists";
  }

  async write(before: Pipeline, after: Pipeline, alongside: Alongside): Promise<"written" | "conflict"> {
    requireLegalWrite(before, after);
    const put = { Put: { ...this.put(items.pipelineItem(after)), ...conditionOf(before, after.status) } };
    return (await this.commit([put, ...this.putAlongside(alongside)], after)) ? "written" : "conflict";
  }

  async remove(before: Pipeline, event: OutboxEvent): Promise<"written" | "conflict"> {
    requireLegalWrite(before, { ...before, status: event.to, version: before.version + 1 });
    for (const { number } of await this.builds(before.site_id, Infinity)) {
      await this.delete(items.buildKey(before.site_id, number));
    }
    const key = items.pipelineKey(before.site_id);
    const remove = { Delete: { TableName: this.table, Key: key, ...conditionOf(before, event.to) } };
    const writes = [remove, { Put: this.put(items.outboxItem(event)) }];
    return (await this.commit(writes, { ...before, write_id: event.event_id }, event)) ? "written" : "conflict";
  }

  async *list(): AsyncIterable<readonly Pipeline[]> {
    for await (const page of this.pages(ofKind(items.KINDS.pipeline))) yield page.map(items.toPipeline);
  }

  async bySource(sourceKey: string): Promise<readonly Pipeline[]> {
    const { name, partitionKey } = SITES_TABLE.indexes.source;
    const found = await this.query({
      index: name,
      condition: `${partitionKey} = :source`,
      values: { ":source": sourceKey },
    });
    return found.map(items.toPipeline);
  }

  async build(siteId: string, number: number): Promise<BuildRecord | undefined> {
    const item = await this.read(items.buildKey(siteId, number));
    return item && items.toBuild(item);
  }

  async builds(siteId: string, limit: number): Promise<readonly BuildRecord[]> {
    const condition = "#partition = :site AND begins_with(entry, :prefix)";
    const values = { ":site": siteId, ":prefix": items.BUILD_PREFIX };
    const query = { condition, values, names: { "#partition": "partition" }, latestFirst: true };
    return (await this.query(query, limit)).map(items.toBuild);
  }

  async unsent(before: string, limit: number): Promise<readonly OutboxEvent[]> {
    const query = ofKind(items.KINDS.outbox, before);
    return (await this.query(query, limit)).map(items.toEvent);
  }

  async settle(event: OutboxEvent): Promise<void> {
    await this.delete(items.outboxKey(event));
  }

  async installation(provider: Installation["provider"], id: string): Promise<Installation | undefined> {
    const item = await this.read(items.installationKey(provider, id));
    return item && items.toInstallation(item);
  }

  async installations(provider: Installation["provider"]): Promise<readonly Installation[]> {
    return (await this.query(ofKind(items.installationKind(provider)))).map(items.toInstallation);
  }

  async saveInstallation(installation: Installation): Promise<void> {
    await this.replace(items.installationItem(installation));
  }

  async removeInstallation(provider: Installation["provider"], id: string): Promise<void> {
    await this.delete(items.installationKey(provider, id));
  }

  async keepFailure(failure: MessageFailure): Promise<void> {
    await this.replace(items.failureItem(failure));
  }

  async failure(messageId: string): Promise<MessageFailure | undefined> {
    const item = await this.read(items.failureKey(messageId));
    return item && items.toFailure(item);
  }

  async forgetFailures(before: string, limit: number): Promise<number> {
    const old = (await this.query(ofKind(items.KINDS.failure, before), limit)).map(items.toFailure);
    for (const { message_id } of old) await this.delete(items.failureKey(message_id));
    return old.length;
  }

  private async replace(item: Item): Promise<void> {
    await this.call("PutItem", () => this.client.send(new PutCommand(this.put(item))));
  }

  private put(item: Item) {
    return { TableName: this.table, Item: { ...item } };
  }

  private putAlongside({ event, builds = [] }: Alongside): Writes {
    const all = [...(event === undefined ? [] : [items.outboxItem(event)]), ...builds.map(items.buildItem)];
    return all.map((item) => ({ Put: this.put(item) }));
  }

  /**
   * Writes all of it or nothing.
   *
   * @returns false when somebody else was faster. Who is told so by AWS may have been that somebody, on a try whose
   * answer was lost: then what is there bears the id of this very write.
   */
  private async commit(writes: Writes, row: Pick<Pipeline, "site_id" | "write_id">, gone?: OutboxEvent) {
    const command = new TransactWriteCommand({ TransactItems: writes });
    try {
      await this.call("TransactWriteItems", () => this.client.send(command));
      return true;
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (gone !== undefined) return (await this.read(items.outboxKey(gone))) !== undefined;
      return (await this.get(row.site_id))?.write_id === row.write_id;
    }
  }

  private async read(key: ItemKey): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: key, ConsistentRead: true });
    return (await this.call("GetItem", () => this.client.send(command))).Item;
  }

  private async delete(key: ItemKey): Promise<void> {
    await this.call("DeleteItem", () => this.client.send(new DeleteCommand({ TableName: this.table, Key: key })));
  }

  private async query(query: QueryInput, limit = Infinity): Promise<readonly Item[]> {
    const found: Item[] = [];
    for await (const page of this.pages(query)) {
      found.push(...page);
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  private async *pages({ index, condition, values, names, latestFirst }: QueryInput): AsyncIterable<readonly Item[]> {
    const input = {
      TableName: this.table,
      IndexName: index,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ...values },
      ...(names !== undefined && { ExpressionAttributeNames: { ...names } }),
      ScanIndexForward: latestFirst !== true,
      ConsistentRead: index === undefined,
    };
    const pages = paginateQuery({ client: this.client }, input)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.call("Query", () => pages.next());
      if (page.done === true) return;
      yield page.value.Items ?? [];
    }
  }

  private async call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const action = `dynamodb:${operation} ${this.table}`;
    try {
      return await callAws(action, run);
    } catch (error) {
      throw isAwsError(error, "ResourceNotFoundException") ? new SitesNotFoundError(action, { cause: error }) : error;
    }
  }
}

/** The condition of a write: the version that was read, and a status from which the table of moves leads there. */
function conditionOf(before: Pipeline, to: Pipeline["status"]) {
  const sources = before.status === to ? [to] : sourcesOf(to).filter((from) => from === before.status);
  return {
    ConditionExpression: `#version = :version AND #status IN (${sources.map((_, index) => `:from${index}`).join(", ")})`,
    ExpressionAttributeNames: { "#version": "version", "#status": "status" },
    ExpressionAttributeValues: {
      ":version": before.version,
      ...Object.fromEntries(sources.map((from, index) => [`:from${index}`, from])),
    },
  };
}

/** All items of a kind, those that were written first in front. */
function ofKind(kind: string, before?: string): QueryInput {
  const { name, sortKey } = SITES_TABLE.indexes.kind;
  return {
    index: name,
    condition: before === undefined ? "kind = :kind" : `kind = :kind AND ${sortKey} < :before`,
    values: { ":kind": kind, ...(before !== undefined && { ":before": before }) },
  };
}

const REFUSALS: ReadonlySet<string | undefined> = new Set(["ConditionalCheckFailed", "TransactionConflict"]);

const isRefused = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => REFUSALS.has(Code));
