import { paginateScan, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { EgressNotFoundError } from "../core/errors";
import type { RowStore } from "../core/ports";
import { parseRow, type ParsedRow } from "../core/rows";

/** Rows in DynamoDB. */
export class DynamoRows implements RowStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async all(): Promise<readonly ParsedRow[]> {
    const action = `dynamodb:Scan ${this.table}`;
    try {
      return await callAws(action, async () => {
        const rows: ParsedRow[] = [];
        const input = { TableName: this.table, ConsistentRead: true };
        for await (const { Items = [] } of paginateScan({ client: this.client }, input)) {
          rows.push(...Items.map(parseRow));
        }
        return rows;
      });
    } catch (error) {
      throw isAwsError(error, "ResourceNotFoundException") ? new EgressNotFoundError(action, { cause: error }) : error;
    }
  }
}
