import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";

/** CloudWatch log group. Id: its name. */
export const logGroup: ResourceType<aws.cloudwatch.LogGroupArgs, aws.cloudwatch.LogGroupState> = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: {
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    retentionInDays: {},
    kmsKeyId: {},
    skipDestroy: { carried: true, default: false },
    tags: { kind: "map" },
  },
  outputs: ["arn", "tagsAll", "logGroupClass", "deletionProtectionEnabled"],
  autoName: { property: "name", maxLength: 512 },
  identity: ["name"],

  async create({ clients }, { name, kmsKeyId, tags }) {
    const logs = await clients.logs();
    await logs.createLogGroup({ logGroupName: name, kmsKeyId, tags });
    return String(name);
  },

  async settle({ clients }, id, { retentionInDays }) {
    if (!retentionInDays) return;
    await (await clients.logs()).putRetentionPolicy({ logGroupName: id, retentionInDays });
  },

  async read({ clients, partition, region, accountId }, id) {
    const logs = await clients.logs();
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: id });
    const group = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (group === undefined) return undefined;
    const arn = `arn:${partition}:logs:${region}:${await accountId()}:log-group:${id}`;
    const tags = await unlessAbsent(logs.listTagsForResource({ resourceArn: arn }), "ResourceNotFoundException");
    return {
      arn,
      name: id,
      retentionInDays: group.retentionInDays ?? 0,
      kmsKeyId: group.kmsKeyId,
      logGroupClass: group.logGroupClass ?? "STANDARD",
      deletionProtectionEnabled: false,
      tags: fromTagMap(tags?.tags),
    };
  },

  async update({ clients }, id, change) {
    const logs = await clients.logs();
    const { retentionInDays, kmsKeyId } = change.inputs;
    if (change.changed("retentionInDays")) {
      await (retentionInDays
        ? logs.putRetentionPolicy({ logGroupName: id, retentionInDays })
        : logs.deleteRetentionPolicy({ logGroupName: id }));
    }
    if (change.changed("kmsKeyId")) {
      await (kmsKeyId === undefined
        ? logs.disassociateKmsKey({ logGroupName: id })
        : logs.associateKmsKey({ logGroupName: id, kmsKeyId }));
    }
    const resourceArn = change.state.arn;
    await applyTags(
      change,
      (tags) => logs.tagResource({ resourceArn, tags }),
      (tagKeys) => logs.untagResource({ resourceArn, tagKeys }),
    );
  },

  async delete({ clients }, id, { skipDestroy }) {
    if (skipDestroy === true) return;
    await unlessAbsent((await clients.logs()).deleteLogGroup({ logGroupName: id }), "ResourceNotFoundException");
  },
};
