import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DEPLOYMENT_ENTRIES, environmentKey, releaseKey } from "../contract";
import type { Pin, Rejection } from "../core/deployment";
import type { EnvironmentAddress, HoldStore } from "../core/ports";
import type { Requester } from "@slipway/core";
import { callTracker } from "./call-tracker";

type Item = Record<string, unknown>;

/** Pins and rejections in DynamoDB. */
export class DynamoHoldStore implements HoldStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async pin(address: EnvironmentAddress): Promise<Pin | undefined> {
    return toPin(await this.read(pinKey(address)));
  }

  async putPin(address: EnvironmentAddress, { release_id, ...pin }: Pin): Promise<void> {
    await this.put({ ...pinKey(address), ...pin, pinned_release_id: release_id });
  }

  async removePin(address: EnvironmentAddress): Promise<Pin | undefined> {
    const command = new DeleteCommand({ TableName: this.table, Key: pinKey(address), ReturnValues: "ALL_OLD" });
    const { Attributes } = await callTracker(`dynamodb:DeleteItem ${this.table}`, () => this.client.send(command));
    return toPin(Attributes);
  }

  async rejection(projectId: string, releaseId: string): Promise<Rejection | undefined> {
    return toRejection(releaseId, await this.read(rejectionKey(projectId, releaseId)));
  }

  async putRejection(projectId: string, { release_id, ...rejection }: Rejection): Promise<void> {
    await this.put({ ...rejectionKey(projectId, release_id), ...rejection });
  }

  private async read(key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: key, ConsistentRead: true });
    return (await callTracker(`dynamodb:GetItem ${this.table}`, () => this.client.send(command))).Item;
  }

  private async put(item: Item): Promise<void> {
    const command = new PutCommand({ TableName: this.table, Item: item });
    await callTracker(`dynamodb:PutItem ${this.table}`, () => this.client.send(command));
  }
}

// Neither item has an attribute `release_id`: it would put it into the index of deployments by release.
const pinKey = ({ projectId, environmentId }: EnvironmentAddress) => ({
  environment_key: environmentKey(projectId, environmentId),
  entry: DEPLOYMENT_ENTRIES.pin,
});

const rejectionKey = (projectId: string, releaseId: string) => ({
  environment_key: releaseKey(projectId, releaseId),
  entry: DEPLOYMENT_ENTRIES.rejection,
});

function toPin(item: Item | undefined): Pin | undefined {
  if (item === undefined) return undefined;
  const releaseId = item["pinned_release_id"];
  return {
    reason: String(item["reason"]),
    date_created: String(item["date_created"]),
    pinned_by: item["pinned_by"] as Requester,
    release_id: typeof releaseId === "string" ? releaseId : undefined,
  };
}

function toRejection(releaseId: string, item: Item | undefined): Rejection | undefined {
  if (item === undefined) return undefined;
  return {
    release_id: releaseId,
    reason: String(item["reason"]),
    date_created: String(item["date_created"]),
    rejected_by: item["rejected_by"] as Requester,
  };
}
