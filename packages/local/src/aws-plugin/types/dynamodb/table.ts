import type * as aws from "@pulumi/aws";
import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { poll } from "../poll";
import { applyTags, fromTagList, toTagList } from "../tags";
import { changeIndexes, describedIndexes, globalIndex, keySchema, localIndex } from "./table-indexes";
import { describedThroughput, PROVISIONED, throughput } from "./table-throughput";

type Args = Plain<aws.dynamodb.TableArgs>;

const ABSENT = "ResourceNotFoundException";

async function describe({ clients }: Context, name: string): Promise<TableDescription | undefined> {
  const found = await unlessAbsent((await clients.dynamodb()).describeTable({ TableName: name }), ABSENT);
  return found?.Table;
}

async function untilActive(context: Context, name: string): Promise<TableDescription> {
  return poll(
    context,
    { subject: `table ${name}`, intervalMilliseconds: 200, timeoutSeconds: 30 * 60 },
    async () => {
      const table = await describe(context, name);
      const indexes = table?.GlobalSecondaryIndexes ?? [];
      const isReady =
        table?.TableStatus === "ACTIVE" && indexes.every(({ IndexStatus = "ACTIVE" }) => IndexStatus === "ACTIVE");
      return isReady ? table : undefined;
    },
    () => "it is not ACTIVE",
  );
}

const encryption = (sse: Args["serverSideEncryption"]) => ({
  Enabled: sse?.enabled ?? false,
  ...(sse?.enabled === true && { SSEType: "KMS" as const, KMSMasterKeyId: sse.kmsKeyArn }),
});

const stream = ({ streamEnabled, streamViewType }: Args) => ({
  StreamEnabled: streamEnabled ?? false,
  ...(streamEnabled === true && { StreamViewType: streamViewType as "NEW_IMAGE" }),
});

const attributes = (inputs: Args) =>
  (inputs.attributes ?? []).map(({ name, type }) => ({ AttributeName: name, AttributeType: type as "S" }));

async function setTimeToLive({ clients }: Context, name: string, inputs: Args, previous?: Args): Promise<void> {
  const attribute = inputs.ttl?.attributeName || previous?.ttl?.attributeName;
  if (!attribute) return;
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: inputs.ttl?.enabled ?? false };
  await (await clients.dynamodb()).updateTimeToLive({ TableName: name, TimeToLiveSpecification });
}

async function setRecovery({ clients }: Context, name: string, inputs: Args): Promise<void> {
  const { enabled, recoveryPeriodInDays } = inputs.pointInTimeRecovery ?? { enabled: false };
  await (
    await clients.dynamodb()
  ).updateContinuousBackups({
    TableName: name,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: enabled,
      RecoveryPeriodInDays: recoveryPeriodInDays,
    },
  });
}

/** DynamoDB table. Id: its name. */
export const table: ResourceType<aws.dynamodb.TableArgs, aws.dynamodb.TableState> = {
  token: "aws:dynamodb/table:Table",
  inputs: {
    name: { replaces: true, computed: true },
    attributes: { fields: { name: true, type: true } },
    billingMode: { default: PROVISIONED },
    deletionProtectionEnabled: {},
    globalSecondaryIndexes: {
      fields: {
        name: true,
        hashKey: true,
        rangeKey: true,
        projectionType: true,
        nonKeyAttributes: true,
        readCapacity: true,
        writeCapacity: true,
      },
    },
    hashKey: { replaces: true },
    localSecondaryIndexes: {
      replaces: true,
      fields: { name: true, rangeKey: true, projectionType: true, nonKeyAttributes: true },
    },
    pointInTimeRecovery: { computed: true, fields: { enabled: true, recoveryPeriodInDays: true } },
    rangeKey: { replaces: true },
    readCapacity: { computed: true },
    serverSideEncryption: { computed: true, fields: { enabled: true, kmsKeyArn: true } },
    streamEnabled: {},
    streamViewType: { computed: true },
    tableClass: { default: "STANDARD" },
    tags: { kind: "map" },
    ttl: { fields: { attributeName: true, enabled: true } },
    writeCapacity: { computed: true },
  },
  outputs: ["arn", "streamArn", "streamLabel", "tagsAll"],
  autoName: { property: "name", maxLength: 255 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const dynamodb = await clients.dynamodb();
    await dynamodb.createTable({
      TableName: inputs.name,
      AttributeDefinitions: attributes(inputs),
      KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
      ...throughput(inputs),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index) => globalIndex(index, inputs.billingMode)),
      LocalSecondaryIndexes: inputs.localSecondaryIndexes?.map((index) => localIndex(index, inputs.hashKey)),
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
      TableClass: inputs.tableClass as "STANDARD",
      Tags: toTagList(inputs.tags),
      ...(inputs.streamEnabled === true && { StreamSpecification: stream(inputs) }),
      ...(inputs.serverSideEncryption?.enabled === true && {
        SSESpecification: encryption(inputs.serverSideEncryption),
      }),
    });
    return String(inputs.name);
  },

  async settle(context, id, inputs) {
    await untilActive(context, id);
    const now = await this.read(context, id, {});
    if (inputs.ttl?.enabled === true && now?.ttl?.enabled !== true) await setTimeToLive(context, id, inputs);
    if (inputs.pointInTimeRecovery?.enabled === true) await setRecovery(context, id, inputs);
  },

  async read(context, id, known) {
    const found = await describe(context, id);
    if (found === undefined) return undefined;
    const dynamodb = await context.clients.dynamodb();
    const [ttl, backups, tags] = await Promise.all([
      dynamodb.describeTimeToLive({ TableName: id }),
      dynamodb.describeContinuousBackups({ TableName: id }),
      dynamodb.listTagsOfResource({ ResourceArn: found.TableArn }),
    ]);
    const timeToLive = ttl.TimeToLiveDescription;
    const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    const keyOf = (type: string) => found.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const hasTimeToLive = ["ENABLED", "ENABLING"].includes(timeToLive?.TimeToLiveStatus ?? "");
    return {
      arn: found.TableArn,
      name: found.TableName,
      attributes: found.AttributeDefinitions?.map(({ AttributeName = "", AttributeType = "S" }) => ({
        name: AttributeName,
        type: AttributeType,
      })),
      ...describedThroughput(found),
      ...describedIndexes(found),
      deletionProtectionEnabled: found.DeletionProtectionEnabled ?? false,
      hashKey: keyOf("HASH"),
      rangeKey: keyOf("RANGE"),
      pointInTimeRecovery: {
        enabled: recovery?.PointInTimeRecoveryStatus === "ENABLED",
        recoveryPeriodInDays: recovery?.RecoveryPeriodInDays,
      },
      serverSideEncryption: ["ENABLED", "UPDATING"].includes(found.SSEDescription?.Status ?? "")
        ? { enabled: true, kmsKeyArn: found.SSEDescription?.KMSMasterKeyArn }
        : undefined,
      streamEnabled: found.StreamSpecification?.StreamEnabled ?? false,
      streamViewType: found.StreamSpecification?.StreamViewType ?? "",
      streamArn: found.LatestStreamArn ?? "",
      streamLabel: found.LatestStreamLabel ?? "",
      tableClass: found.TableClassSummary?.TableClass ?? "STANDARD",
      tags: fromTagList(tags.Tags),
      ttl: {
        enabled: hasTimeToLive,
        // AWS forgets the attribute of a disabled one.
        attributeName: hasTimeToLive ? timeToLive?.AttributeName : (known.ttl?.attributeName ?? ""),
      },
    };
  },

  async update(context, id, change) {
    const dynamodb = await context.clients.dynamodb();
    const { inputs, previous } = change;
    const updates = {
      ...(change.changed("billingMode", "readCapacity", "writeCapacity") && throughput(inputs)),
      ...(change.changed("deletionProtectionEnabled") && {
        DeletionProtectionEnabled: inputs.deletionProtectionEnabled ?? false,
      }),
      ...(change.changed("tableClass") && { TableClass: inputs.tableClass as "STANDARD" }),
      ...(change.changed("streamEnabled", "streamViewType") && { StreamSpecification: stream(inputs) }),
      ...(change.changed("serverSideEncryption") && { SSESpecification: encryption(inputs.serverSideEncryption) }),
    };
    // AWS takes one kind of change a call.
    for (const [name, value] of Object.entries(updates).filter(([name]) => name !== "ProvisionedThroughput")) {
      const capacity = name === "BillingMode" ? throughput(inputs) : { [name]: value };
      await dynamodb.updateTable({ TableName: id, ...capacity });
      await untilActive(context, id);
    }
    if (change.changed("globalSecondaryIndexes")) {
      for (const step of changeIndexes(previous, inputs)) {
        await dynamodb.updateTable({
          TableName: id,
          AttributeDefinitions: attributes(inputs),
          GlobalSecondaryIndexUpdates: [step],
        });
        await untilActive(context, id);
      }
    }
    if (change.changed("ttl")) await setTimeToLive(context, id, inputs, previous);
    if (change.changed("pointInTimeRecovery")) await setRecovery(context, id, inputs);
    const ResourceArn = change.state.arn;
    await applyTags(
      change,
      (tags) => dynamodb.tagResource({ ResourceArn, Tags: toTagList(tags) }),
      (TagKeys) => dynamodb.untagResource({ ResourceArn, TagKeys }),
    );
  },

  async delete(context, id) {
    await unlessAbsent((await context.clients.dynamodb()).deleteTable({ TableName: id }), ABSENT);
    await poll(
      context,
      { subject: `table ${id}`, intervalMilliseconds: 200, timeoutSeconds: 10 * 60 },
      async () => ((await describe(context, id)) === undefined ? true : undefined),
      () => "it is not deleted",
    );
  },
};
