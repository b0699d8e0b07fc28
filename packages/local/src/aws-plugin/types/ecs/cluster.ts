import type * as aws from "@pulumi/aws";
import type { ClusterSetting } from "@aws-sdk/client-ecs";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { fromEcsTags, toEcsTags, updateEcsTags } from "./tags";

const asSettings = (settings: { name: string; value: string }[] | undefined): ClusterSetting[] | undefined =>
  settings?.map(({ name, value }) => ({ name: name as "containerInsights", value }));

/** ECS cluster. Id: its ARN; imported by name. */
export const cluster: ResourceType<aws.ecs.ClusterArgs, aws.ecs.ClusterState> = {
  token: "aws:ecs/cluster:Cluster",
  inputs: {
    name: { replaces: true, computed: true },
    settings: { computed: true, fields: { name: true, value: true } },
    tags: { kind: "map" },
  },
  outputs: ["arn", "tagsAll"],
  autoName: { property: "name", maxLength: 255 },
  identity: ["name"],

  async create({ clients }, { name, settings, tags }) {
    const ecs = await clients.ecs();
    const created = await ecs.createCluster({
      clusterName: name,
      settings: asSettings(settings),
      tags: toEcsTags(tags),
    });
    return created.cluster?.clusterArn ?? "";
  },

  async read({ clients }, id) {
    const ecs = await clients.ecs();
    const { clusters } = await ecs.describeClusters({ clusters: [id], include: ["SETTINGS", "TAGS"] });
    const found = clusters?.find(({ status }) => status !== "INACTIVE");
    if (found === undefined) return undefined;
    return {
      id: found.clusterArn,
      arn: found.clusterArn,
      name: found.clusterName,
      settings: found.settings?.map(({ name = "containerInsights", value = "" }) => ({ name, value })),
      tags: fromEcsTags(found.tags),
    };
  },

  async update({ clients }, id, change) {
    const ecs = await clients.ecs();
    if (change.changed("settings")) {
      await ecs.updateCluster({ cluster: id, settings: asSettings(change.inputs.settings) });
    }
    await updateEcsTags(ecs, id, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ecs()).deleteCluster({ cluster: id }), "ClusterNotFoundException");
  },
};
