import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "chai";
import { DynamoPipelines } from "../../src/adapters/dynamo-pipelines";
import { pipelineItem } from "../../src/adapters/site-items";
import type { OutboxEvent, Pipeline } from "../../src/core/pipeline";
import { createWorld, provisioned } from "../support/sites-world";

/** A table that refuses every write, and in which somebody's write is to be read. */
function createRefusingTable(found: Readonly<Record<string, unknown>> | undefined): DynamoPipelines {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof GetCommand) return { Item: found };
    if (command instanceof QueryCommand) return { Items: [] };
    const CancellationReasons = [{ Code: "ConditionalCheckFailed" }];
    throw new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons });
  };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "eu-west-2" }));
  return new DynamoPipelines(Object.assign(client, { send }) as DynamoDBDocumentClient, "table");
}

async function rows(): Promise<{ readonly before: Pipeline; readonly after: Pipeline }> {
  const world = createWorld();
  await provisioned(world);
  const before = world.pipelines.rows.get("shop");
  if (before === undefined) throw new Error("no row");
  return { before, after: { ...before, version: before.version + 1, write_id: "mine" } };
}

describe("a write that AWS refuses", () => {
  it("P1 is our own when what is there bears its id: an earlier try whose answer was lost", async () => {
    const { before, after } = await rows();
    expect(await createRefusingTable(pipelineItem(after)).write(before, after, {})).to.equal("written");
    const theirs = { ...after, write_id: "theirs" };
    expect(await createRefusingTable(pipelineItem(theirs)).write(before, after, {})).to.equal("conflict");
    expect(await createRefusingTable(undefined).write(before, after, {})).to.equal("conflict");
  });

  it("P1 that removes a row is our own when its event is there", async () => {
    const { before } = await rows();
    const leaving: Pipeline = { ...before, status: "Deleting" };
    const event = { site_id: "shop", event_id: "mine", at: "", to: "Deleted" } as OutboxEvent;
    expect(await createRefusingTable({ ...event }).remove(leaving, event)).to.equal("written");
    expect(await createRefusingTable(undefined).remove(leaving, event)).to.equal("conflict");
  });
});
