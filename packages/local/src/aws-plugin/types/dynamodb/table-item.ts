import type * as aws from "@pulumi/aws";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Context } from "../../context";
import { InvalidInputError } from "@slipway/core";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";

type Args = Plain<aws.dynamodb.TableItemArgs>;
type Item = Record<string, AttributeValue>;

const itemOf = ({ item }: Pick<Args, "item">): Item => JSON.parse(item) as Item;

/** Binary, text and number of a key's value, as the official provider writes them into an id. */
const partsOf = (name: string, value: AttributeValue | undefined): string[] => [
  name,
  "",
  value?.S ?? "",
  value?.N ?? "",
];

const idOf = (inputs: Args): string => {
  const item = itemOf(inputs);
  const { tableName, hashKey, rangeKey } = inputs;
  const range = rangeKey === undefined ? [] : partsOf(rangeKey, item[rangeKey]);
  return [tableName, ...partsOf(hashKey, item[hashKey]), ...range].join("|");
};

const keyValue = (text: string | undefined, number: string | undefined): AttributeValue =>
  number === undefined || number === "" ? { S: text ?? "" } : { N: number };

function parseId(id: string): { tableName: string; hashKey: string; rangeKey: string | undefined; Key: Item } {
  const [tableName = "", hashKey = "", , hashText, hashNumber, rangeKey, , rangeText, rangeNumber] = id.split("|");
  const range = rangeKey === undefined ? {} : { [rangeKey]: keyValue(rangeText, rangeNumber) };
  return { tableName, hashKey, rangeKey, Key: { [hashKey]: keyValue(hashText, hashNumber), ...range } };
}

async function put({ clients }: Context, inputs: Args, condition?: string): Promise<void> {
  await (
    await clients.dynamodb()
  ).putItem({
    TableName: inputs.tableName,
    Item: itemOf(inputs),
    ...(condition !== undefined && {
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#hash": inputs.hashKey },
    }),
  });
}

/** One item of a DynamoDB table. Id: table, then name, binary, text and number of each key. Keys are texts or numbers. */
export const tableItem: ResourceType<aws.dynamodb.TableItemArgs, aws.dynamodb.TableItemState> = {
  token: "aws:dynamodb/tableItem:TableItem",
  inputs: {
    hashKey: { required: true, replaces: true },
    item: { required: true, kind: "json" },
    rangeKey: { replaces: true },
    tableName: { required: true, replaces: true },
  },
  outputs: [],
  identity: ["tableName", "item"],

  async create(context, inputs) {
    await put(context, inputs, "attribute_not_exists(#hash)");
    return idOf(inputs);
  },

  async read({ clients }, id) {
    const { tableName, hashKey, rangeKey, Key } = parseId(id);
    const dynamodb = await clients.dynamodb();
    const request = dynamodb.getItem({ TableName: tableName, Key, ConsistentRead: true });
    const found = (await unlessAbsent(request, "ResourceNotFoundException"))?.Item;
    return found && { hashKey, rangeKey, tableName, item: JSON.stringify(found) };
  },

  async update(context, id, { inputs }) {
    if (idOf(inputs) !== id) {
      throw new InvalidInputError("item", "has another key than before", "give the resource another name as well");
    }
    await put(context, inputs);
  },

  async delete({ clients }, id) {
    const { tableName, Key } = parseId(id);
    const dynamodb = await clients.dynamodb();
    await unlessAbsent(dynamodb.deleteItem({ TableName: tableName, Key }), "ResourceNotFoundException");
  },
};
