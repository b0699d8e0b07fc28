import { GetCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Sleeper } from "@slipway/core";
import { DEPLOYMENT_ENTRIES, RELEASES_TABLE, requestKey } from "../contract";
import type { CreateOutcome, ReleaseRequest, ReleaseStore } from "../core/ports";
import type { Release, ReleaseManifest } from "../core/release";
import { callTracker } from "./call-tracker";
import { transact } from "./dynamo-transaction";
import type { TransactionItem } from "./dynamo-transaction";

type Item = Record<string, unknown>;

/** Names of the tracker's two tables. */
export interface TableNames {
  readonly releases: string;
  readonly deployments: string;
}

/** Releases in DynamoDB. */
export class DynamoReleaseStore implements ReleaseStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tables: TableNames,
    private readonly sleeper: Sleeper,
  ) {}

  async create(release: Release, request?: ReleaseRequest): Promise<CreateOutcome> {
    const items = [this.putRelease(release), ...(request === undefined ? [] : [this.putRequest(release, request)])];
    const action = `dynamodb:TransactWriteItems ${this.tables.releases}`;
    const failed = await transact(this.client, this.sleeper, action, items);
    if (failed.length === 0) return { created: true };
    const made = request === undefined ? undefined : await this.findRequest(release.project_id, request.token);
    // An own write whose acknowledgement was lost looks like somebody else's at first.
    if (made === undefined || made.releaseId === release.release_id) return { created: true };
    return { created: false, ...made };
  }

  async findRequest(projectId: string, token: string) {
    const key = { environment_key: requestKey(projectId, token), entry: DEPLOYMENT_ENTRIES.request };
    const item = await this.read(this.tables.deployments, key);
    if (item === undefined) return undefined;
    return { releaseId: String(item["requested_release_id"]), fingerprint: String(item["fingerprint"]) };
  }

  async get(releaseId: string): Promise<Release | undefined> {
    const item = await this.read(this.tables.releases, { release_id: releaseId });
    return item === undefined ? undefined : toRelease(item);
  }

  async latest(projectId: string, limit: number): Promise<readonly Release[]> {
    const { name } = RELEASES_TABLE.indexes.project;
    return callTracker(`dynamodb:Query ${this.tables.releases}`, async () => {
      const found: Release[] = [];
      const pages = paginateQuery(
        { client: this.client, pageSize: limit },
        {
          TableName: this.tables.releases,
          IndexName: name,
          KeyConditionExpression: "project_id = :project",
          ExpressionAttributeValues: { ":project": projectId },
          ScanIndexForward: false,
        },
      );
      for await (const { Items = [] } of pages) {
        found.push(...Items.map(toRelease));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    });
  }

  private async read(table: string, key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
    return (await callTracker(`dynamodb:GetItem ${table}`, () => this.client.send(command))).Item;
  }

  private putRelease(release: Release): TransactionItem {
    return {
      Put: {
        TableName: this.tables.releases,
        Item: { ...release, release_manifest: JSON.stringify(release.release_manifest) },
        ConditionExpression: "attribute_not_exists(release_id)",
      },
    };
  }

  private putRequest(release: Release, { token, fingerprint }: ReleaseRequest): TransactionItem {
    return {
      Put: {
        TableName: this.tables.deployments,
        // Not named release_id, which would put it into the index of deployments by release.
        Item: {
          environment_key: requestKey(release.project_id, token),
          entry: DEPLOYMENT_ENTRIES.request,
          requested_release_id: release.release_id,
          fingerprint,
        },
        ConditionExpression: "attribute_not_exists(environment_key)",
      },
    };
  }
}

const EMPTY_MANIFEST: ReleaseManifest = { from_label: "", overrides: {}, parameter_versions: {} };

function toRelease(item: Record<string, unknown>): Release {
  const { release_manifest: manifest, ...rest } = item;
  // Written by `putRelease` only, or by an earlier tool of the same shape without a manifest.
  return { ...(rest as Omit<Release, "release_manifest">), release_manifest: parseManifest(manifest) };
}

const parseManifest = (text: unknown): ReleaseManifest =>
  typeof text === "string" ? (JSON.parse(text) as ReleaseManifest) : EMPTY_MANIFEST;
