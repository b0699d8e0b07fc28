import { GetCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient, QueryCommandInput, QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { Sleeper } from "@slipway/core";
import { DEPLOYMENT_ENTRIES, DEPLOYMENTS_TABLE, deploymentEntry, environmentKey } from "../contract";
import type { Deployment } from "../core/deployment";
import { isTerminal, sourcesOf } from "../core/deployment-status";
import type { DeploymentStatus } from "../core/deployment-status";
import { IllegalStatusError, LeaseLostError, ReleaseNotFoundError } from "../core/errors";
import type { Lease } from "../core/lease";
import type { DeploymentChanges, DeploymentStore, EnvironmentAddress } from "../core/ports";
import { callTracker } from "./call-tracker";
import { HELD_CONDITION, heldValues, leaseKey } from "./dynamo-lease-store";
import type { TableNames } from "./dynamo-release-store";
import { transact } from "./dynamo-transaction";
import type { TransactionItem } from "./dynamo-transaction";

/** Deployments in one page when looking for one with a certain status. */
const PAGE = 25;

/** Deployments in DynamoDB, one item each. */
export class DynamoDeploymentStore implements DeploymentStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
    private readonly sleeper: Sleeper,
  ) {}

  async record(deployment: Deployment, lease: Lease): Promise<void> {
    const open = { ":date": deployment.date_created, ":id": deployment.deployment_id };
    const opened = this.updateLease(lease, "SET open_date_created = :date, open_deployment_id = :id", open);
    const [leaseLost, , releaseGone] = await this.write([opened, this.put(deployment), this.touchRelease(deployment)]);
    if (leaseLost) throw new LeaseLostError(lease.environmentId, lease.fencing);
    if (releaseGone) throw new ReleaseNotFoundError(deployment.project_id, deployment.release_id);
  }

  async move(
    deployment: Deployment,
    to: DeploymentStatus,
    changes: DeploymentChanges,
    lease: Lease,
  ): Promise<Deployment> {
    const closed = isTerminal(to)
      ? this.updateLease(lease, "REMOVE open_date_created, open_deployment_id", {})
      : this.checkLease(lease);
    const [leaseLost, refused] = await this.write([closed, this.update(deployment, to, changes)]);
    if (leaseLost) throw new LeaseLostError(lease.environmentId, lease.fencing);
    if (refused) await this.explainRefusal(deployment, to);
    return { ...deployment, ...changes, status: to };
  }

  async get(address: EnvironmentAddress, dateCreated: string, deploymentId: string): Promise<Deployment | undefined> {
    const key = {
      environment_key: environmentKey(address.projectId, address.environmentId),
      entry: deploymentEntry(dateCreated, deploymentId),
    };
    const command = new GetCommand({ TableName: this.tables.deployments, Key: key, ConsistentRead: true });
    const { Item } = await callTracker(`dynamodb:GetItem ${this.tables.deployments}`, () => this.client.send(command));
    return Item === undefined ? undefined : toDeployment(Item);
  }

  async latest(address: EnvironmentAddress, limit: number): Promise<readonly Deployment[]> {
    return this.query(environmentQuery(address), limit, limit);
  }

  async latestWith(address: EnvironmentAddress, status: DeploymentStatus): Promise<Deployment | undefined> {
    const { ExpressionAttributeValues: values, ...rest } = environmentQuery(address);
    const query = {
      ...rest,
      FilterExpression: "#status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ...values, ":status": status },
    };
    return (await this.query(query, 1, PAGE))[0];
  }

  async ofRelease(releaseId: string): Promise<readonly Deployment[]> {
    return this.query(
      {
        IndexName: DEPLOYMENTS_TABLE.indexes.release.name,
        KeyConditionExpression: "release_id = :release",
        ExpressionAttributeValues: { ":release": releaseId },
      },
      Number.POSITIVE_INFINITY,
      undefined,
    );
  }

  private async query(
    query: Omit<QueryCommandInput, "TableName">,
    limit: number,
    pageSize: number | undefined,
  ): Promise<readonly Deployment[]> {
    return callTracker(`dynamodb:Query ${this.tables.deployments}`, async () => {
      const found: Deployment[] = [];
      const input = { TableName: this.tables.deployments, ...query };
      for await (const { Items = [] } of paginateQuery({ client: this.client, pageSize }, input)) {
        found.push(...Items.map(toDeployment));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  private async write(items: readonly TransactionItem[]): Promise<readonly boolean[]> {
    const action = `dynamodb:TransactWriteItems ${this.tables.deployments}`;
    const failed = await transact(this.client, this.sleeper, action, items);
    return items.map((_, index) => failed.includes(index));
  }

  private async explainRefusal(deployment: Deployment, to: DeploymentStatus): Promise<void> {
    const address = { projectId: deployment.project_id, environmentId: deployment.environment.id };
    const stored = await this.get(address, deployment.date_created, deployment.deployment_id);
    const from = stored?.status ?? "nothing";
    // Stored already: an own write whose acknowledgement was lost.
    if (stored?.status === to) return;
    throw new IllegalStatusError(deployment.deployment_id, from, to);
  }

  private put(deployment: Deployment): TransactionItem {
    return {
      Put: {
        TableName: this.tables.deployments,
        Item: { ...keyOf(deployment), ...deployment },
        ConditionExpression: "attribute_not_exists(environment_key)",
      },
    };
  }

  private touchRelease({ release_id, date_created }: Deployment): TransactionItem {
    return {
      Update: {
        TableName: this.tables.releases,
        Key: { release_id },
        UpdateExpression: "SET last_date_deployed = :date",
        ConditionExpression: "attribute_exists(release_id)",
        ExpressionAttributeValues: { ":date": date_created },
      },
    };
  }

  private update(deployment: Deployment, to: DeploymentStatus, changes: DeploymentChanges): TransactionItem {
    const set = Object.entries({ ...changes, status: to }).filter(([, value]) => value !== undefined);
    const sources = sourcesOf(to);
    return {
      Update: {
        TableName: this.tables.deployments,
        Key: keyOf(deployment),
        UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        ConditionExpression: `#status IN (${sources.map((_, index) => `:from${index}`).join(", ")})`,
        ExpressionAttributeNames: Object.fromEntries(set.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries([
          ...set.map(([name, value]) => [`:${name}`, value]),
          ...sources.map((from, index) => [`:from${index}`, from]),
        ]),
      },
    };
  }

  private updateLease(lease: Lease, expression: string, values: Record<string, unknown>): TransactionItem {
    return {
      Update: {
        TableName: this.tables.deployments,
        Key: leaseKey(lease),
        UpdateExpression: expression,
        ConditionExpression: HELD_CONDITION,
        ExpressionAttributeValues: { ...heldValues(lease), ...values },
      },
    };
  }

  private checkLease(lease: Lease): TransactionItem {
    return {
      ConditionCheck: {
        TableName: this.tables.deployments,
        Key: leaseKey(lease),
        ConditionExpression: HELD_CONDITION,
        ExpressionAttributeValues: heldValues(lease),
      },
    };
  }
}

const environmentQuery = ({ projectId, environmentId }: EnvironmentAddress) => ({
  KeyConditionExpression: "environment_key = :environment AND begins_with(entry, :prefix)",
  ExpressionAttributeValues: {
    ":environment": environmentKey(projectId, environmentId),
    ":prefix": DEPLOYMENT_ENTRIES.deploymentPrefix,
  },
  ScanIndexForward: false,
  ConsistentRead: true,
});

const keyOf = ({ project_id, environment, date_created, deployment_id }: Deployment) => ({
  environment_key: environmentKey(project_id, environment.id),
  entry: deploymentEntry(date_created, deployment_id),
});

function toDeployment(item: NonNullable<QueryCommandOutput["Items"]>[number]): Deployment {
  const keys: readonly string[] = [DEPLOYMENTS_TABLE.partitionKey, DEPLOYMENTS_TABLE.sortKey];
  // Written by `put` only, which takes a Deployment.
  return Object.fromEntries(Object.entries(item).filter(([name]) => !keys.includes(name))) as Deployment;
}
