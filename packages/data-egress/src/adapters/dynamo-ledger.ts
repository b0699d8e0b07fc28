import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  GetCommand,
  paginateQuery,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import type { Clock } from "@slipway/core";
import pMap from "p-map";
import { LEDGER_TABLE } from "../contract";
import { claimed } from "../core/claim";
import { EgressNotFoundError } from "../core/errors";
import type { Dismissal, Ending, Job, Lease, PlanSummary, Receipt } from "../core/job";
import type { Plan } from "../core/plan";
import { summaryOf } from "../core/plan-id";
import type { JobLedger, NewJob } from "../core/ports";
import { sourcesOf, type Status } from "../core/status";
import * as items from "./ledger-items";

const WRITES_AT_ONCE = 8;

/** Jobs in DynamoDB. */
export class DynamoLedger implements JobLedger {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly clock: Clock,
  ) {}

  async find(jobId: string): Promise<Job | undefined> {
    const { Item } = await this.call("GetItem", () =>
      this.client.send(
        new GetCommand({ TableName: this.table, Key: { job_id: jobId, item: items.HEAD }, ConsistentRead: true }),
      ),
    );
    return Item && items.toJob(Item);
  }

  async claim(job: NewJob, seen: Job | undefined, owner: string): Promise<Job | undefined> {
    if (seen !== undefined && !sourcesOf("claim").includes(seen.status)) return undefined;
    const taken = claimed(job, seen, owner, this.now());
    const condition =
      seen === undefined
        ? { ConditionExpression: "attribute_not_exists(job_id)" }
        : {
            ConditionExpression: "fence = :fence AND beat = :beat AND #status = :status",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":fence": seen.lease.fence, ":beat": seen.lease.beat, ":status": seen.status },
          };
    const command = new PutCommand({ TableName: this.table, Item: items.headItem(taken), ...condition });
    return (await this.conditional(job.jobId, command, (now) => now.lease.owner === owner)) ? taken : undefined;
  }

  async renew(jobId: string, lease: Lease): Promise<boolean> {
    const command = new UpdateCommand({
      ...this.underLease(jobId, lease),
      UpdateExpression: "SET beat = beat + :one",
      ExpressionAttributeValues: { ...held(lease), ":one": 1 },
    });
    return this.conditional(jobId, command, (now) => now.status === "Running" && now.lease.owner === lease.owner);
  }

  async savePlan(jobId: string, lease: Lease, plan: Plan): Promise<PlanSummary | undefined> {
    const planned = summaryOf(plan);
    const pages = items.planPages(plan);
    const put = async (page: (typeof pages)[number], index: number): Promise<void> => {
      const Item = { job_id: jobId, item: items.planPageKey(planned.planId, index), ...page };
      await this.call("PutItem", () => this.client.send(new PutCommand({ TableName: this.table, Item })));
    };
    await pMap(pages, put, { concurrency: WRITES_AT_ONCE });
    // Only now is there a plan: pages that no head names are nobody's.
    const command = new UpdateCommand({
      ...this.underLease(jobId, lease),
      UpdateExpression: "SET planned = :planned",
      ExpressionAttributeValues: { ...held(lease), ":planned": planned },
    });
    const saved = await this.conditional(jobId, command, (now) => now.lease.owner === lease.owner);
    return saved ? planned : undefined;
  }

  async plan(jobId: string, planId: string): Promise<Plan> {
    const pages = await this.query({ ...startingWith(jobId, items.planPrefix(planId)), ConsistentRead: true });
    return items.toPlan(pages as { head?: string; files: string }[]);
  }

  async record(jobId: string, receipts: readonly Receipt[]): Promise<void> {
    const put = async (receipt: Receipt): Promise<void> => {
      const command = new PutCommand({
        TableName: this.table,
        Item: items.receiptItem(jobId, receipt),
        ConditionExpression: "attribute_not_exists(job_id)",
      });
      try {
        await this.call("PutItem", () => this.client.send(command));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    };
    await pMap(receipts, put, { concurrency: WRITES_AT_ONCE });
  }

  async receipts(jobId: string): Promise<readonly Receipt[]> {
    const found = await this.query({ ...startingWith(jobId, items.RECEIPT), ConsistentRead: true });
    return found.map(items.toReceipt);
  }

  async finish(jobId: string, lease: Lease, status: Exclude<Status, "Running">, ending?: Ending): Promise<boolean> {
    const { code, reason, retryAt: retry_at, subject } = ending ?? {};
    const known = Object.entries({ code, reason, retry_at, subject }).filter(([, value]) => value !== undefined);
    const command = new UpdateCommand({
      ...this.underLease(jobId, lease),
      // A claim left nothing of an earlier attempt's end.
      UpdateExpression: [
        "SET #status = :status, updated_at = :now",
        ...known.map(([name]) => `${name} = :${name}`),
      ].join(),
      ExpressionAttributeValues: {
        ...held(lease),
        ":status": status,
        ":now": this.now(),
        ...Object.fromEntries(known.map(([name, value]) => [`:${name}`, value])),
      },
    });
    return this.conditional(jobId, command, (now) => now.lease.owner === lease.owner && now.status === status);
  }

  async dismiss(jobId: string, dismissed: Dismissal): Promise<Job | undefined> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: { job_id: jobId, item: items.HEAD },
      UpdateExpression: "SET dismissed = :dismissed",
      ConditionExpression: "#status IN (:failed, :refused) AND attribute_not_exists(dismissed)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":dismissed": dismissed, ":failed": "Failed", ":refused": "Refused" },
    });
    await this.conditional(jobId, command, (now) => now.dismissed !== undefined);
    const now = await this.find(jobId);
    return now?.dismissed === undefined ? undefined : now;
  }

  async list({ limit, before }: { limit: number; before?: string | undefined }): Promise<readonly Job[]> {
    const { name, partitionKey, sortKey } = LEDGER_TABLE.indexes.jobs;
    const earlier = before === undefined ? "" : " AND #time < :before";
    const found = await this.query(
      {
        IndexName: name,
        KeyConditionExpression: `#kind = :kind${earlier}`,
        ExpressionAttributeNames: { "#kind": partitionKey, ...(before !== undefined && { "#time": sortKey }) },
        ExpressionAttributeValues: { ":kind": items.JOB_KIND, ...(before !== undefined && { ":before": before }) },
        ScanIndexForward: false,
        Limit: limit,
      },
      limit,
    );
    return found.map(items.toJob);
  }

  private async query(
    input: Omit<QueryCommandInput, "TableName">,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<readonly Record<string, unknown>[]> {
    return this.call("Query", async () => {
      const found: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateQuery({ client: this.client }, { TableName: this.table, ...input })) {
        found.push(...Items);
        if (found.length >= limit) return found.slice(0, limit);
      }
      return found;
    });
  }

  private underLease(jobId: string, _lease: Lease) {
    return {
      TableName: this.table,
      Key: { job_id: jobId, item: items.HEAD },
      ConditionExpression: "lease_owner = :owner AND #status = :running",
      ExpressionAttributeNames: { "#status": "status" },
    };
  }

  /** A write that was refused may be one of ours whose acknowledgement was lost: the item itself tells. */
  private async conditional(
    jobId: string,
    command: PutCommand | UpdateCommand,
    isOurs: (now: Job) => boolean,
  ): Promise<boolean> {
    try {
      await this.call(command instanceof PutCommand ? "PutItem" : "UpdateItem", () =>
        // The client's overloads cannot tell the two apart together.
        command instanceof PutCommand ? this.client.send(command) : this.client.send(command),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const now = await this.find(jobId);
      return now !== undefined && isOurs(now);
    }
  }

  private async call<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const action = `dynamodb:${operation} ${this.table}`;
    try {
      return await callAws(action, call);
    } catch (error) {
      throw isAwsError(error, "ResourceNotFoundException") ? new EgressNotFoundError(action, { cause: error }) : error;
    }
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

const held = ({ owner }: Lease) => ({ ":owner": owner, ":running": "Running" });

const startingWith = (jobId: string, prefix: string) => ({
  KeyConditionExpression: "job_id = :job AND begins_with(#item, :prefix)",
  ExpressionAttributeNames: { "#item": LEDGER_TABLE.sortKey },
  ExpressionAttributeValues: { ":job": jobId, ":prefix": prefix },
});
