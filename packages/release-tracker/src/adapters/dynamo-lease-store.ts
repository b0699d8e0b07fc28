import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "@slipway/core";
import { DEPLOYMENT_ENTRIES, environmentKey } from "../contract";
import type { Lease, LeaseRecord } from "../core/lease";
import type { EnvironmentAddress, LeaseStore } from "../core/ports";
import { callTracker } from "./call-tracker";

type Item = Record<string, unknown>;

/** Condition that only the present holder of a lease meets. */
export const HELD_CONDITION = "holder_id = :holder AND fencing = :fencing AND released = :no";

/** Values of {@link HELD_CONDITION}. */
export const heldValues = ({ holderId, fencing }: Lease) => ({
  ":holder": holderId,
  ":fencing": fencing,
  ":no": false,
});

/** Key of an environment's lease. */
export const leaseKey = ({ projectId, environmentId }: EnvironmentAddress) => ({
  environment_key: environmentKey(projectId, environmentId),
  entry: DEPLOYMENT_ENTRIES.lease,
});

/** Leases in DynamoDB: one item per environment, written under conditions only. */
export class DynamoLeaseStore implements LeaseStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly clock: Clock,
  ) {}

  async read(address: EnvironmentAddress): Promise<LeaseRecord | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: leaseKey(address), ConsistentRead: true });
    const { Item } = await callTracker(`dynamodb:GetItem ${this.table}`, () => this.client.send(command));
    return Item === undefined ? undefined : toRecord(address, Item);
  }

  async take(lease: Lease, replacing: LeaseRecord | undefined): Promise<LeaseRecord | undefined> {
    const free = "attribute_not_exists(environment_key)";
    const same = "fencing = :old AND renewals = :renewals AND released = :released";
    const taken = await this.update(lease, {
      UpdateExpression:
        "SET holder_id = :holder, holder_name = :name, fencing = :fencing, since = :since, " +
        "lease_milliseconds = :milliseconds, renewals = :none, renewed_at = :now, released = :no",
      ConditionExpression: replacing === undefined ? free : same,
      ExpressionAttributeValues: {
        ...heldValues(lease),
        ":name": lease.holderName,
        ":since": lease.since,
        ":milliseconds": lease.milliseconds,
        ":none": 0,
        ":now": this.now(),
        ...(replacing && {
          ":old": replacing.fencing,
          ":renewals": replacing.renewals,
          ":released": replacing.released,
        }),
      },
    });
    if (taken !== undefined) return taken;
    // A first try whose acknowledgement was lost makes the SDK's second one fail: the lease is ours all the same.
    const found = await this.read(lease);
    return found?.holderId === lease.holderId ? found : undefined;
  }

  async renew(lease: Lease): Promise<boolean> {
    const renewed = await this.update(lease, {
      UpdateExpression: "SET renewals = renewals + :one, renewed_at = :now",
      ConditionExpression: HELD_CONDITION,
      ExpressionAttributeValues: { ...heldValues(lease), ":one": 1, ":now": this.now() },
    });
    return renewed !== undefined;
  }

  async release(lease: Lease): Promise<void> {
    await this.update(lease, {
      UpdateExpression: "SET released = :yes",
      ConditionExpression: HELD_CONDITION,
      ExpressionAttributeValues: { ...heldValues(lease), ":yes": true },
    });
  }

  private now(): number {
    return this.clock.now().getTime();
  }

  private async update(
    address: EnvironmentAddress,
    input: Omit<UpdateCommandInput, "TableName" | "Key" | "ReturnValues">,
  ): Promise<LeaseRecord | undefined> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: leaseKey(address),
      ReturnValues: "ALL_NEW",
      ...input,
    });
    try {
      const { Attributes } = await callTracker(`dynamodb:UpdateItem ${this.table}`, () => this.client.send(command));
      return Attributes === undefined ? undefined : toRecord(address, Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

const toRecord = ({ projectId, environmentId }: EnvironmentAddress, item: Item): LeaseRecord => ({
  projectId,
  environmentId,
  holderId: String(item["holder_id"]),
  holderName: String(item["holder_name"]),
  fencing: Number(item["fencing"]),
  since: String(item["since"]),
  milliseconds: Number(item["lease_milliseconds"]),
  renewals: Number(item["renewals"]),
  renewedAt: Number(item["renewed_at"]),
  released: item["released"] === true,
  open:
    item["open_deployment_id"] === undefined
      ? undefined
      : { dateCreated: String(item["open_date_created"]), deploymentId: String(item["open_deployment_id"]) },
});
