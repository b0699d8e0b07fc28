import type * as aws from "@pulumi/aws";
import type { Route53, VPCRegion } from "@aws-sdk/client-route-53";
import { randomUUID } from "node:crypto";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { fromTagList, tagChanges, toTagList } from "../tags";
import { ABSENT, plainId, plainName, untilInSync } from "./changes";

/** Takes every record out that is not the zone's own, as `forceDestroy` promises. */
async function empty(route53: Route53, HostedZoneId: string, zoneName: string): Promise<void> {
  const { ResourceRecordSets = [] } = await route53.listResourceRecordSets({ HostedZoneId });
  const isOwn = (name: string | undefined, type: string | undefined): boolean =>
    plainName(name) === zoneName && (type === "NS" || type === "SOA");
  const Changes = ResourceRecordSets.filter(({ Name, Type }) => !isOwn(Name, Type)).map((ResourceRecordSet) => ({
    Action: "DELETE" as const,
    ResourceRecordSet,
  }));
  if (Changes.length > 0) await route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } });
}

/** Hosted zone of Route 53. Id: its id, without the path. */
export const zone: ResourceType<aws.route53.ZoneArgs, aws.route53.ZoneState> = {
  token: "aws:route53/zone:Zone",
  global: true,
  inputs: {
    comment: { default: "Managed by Pulumi" },
    forceDestroy: { carried: true, default: false },
    name: { replaces: true, computed: true },
    tags: { kind: "map" },
    vpcs: { replaces: true, fields: { vpcId: true, vpcRegion: true } },
  },
  outputs: ["arn", "nameServers", "primaryNameServer", "tagsAll", "zoneId"],
  autoName: { property: "name", maxLength: 255 },

  async create({ clients, region }, inputs) {
    const [vpc] = inputs.vpcs ?? [];
    const made = await (
      await clients.route53()
    ).createHostedZone({
      Name: String(inputs.name),
      CallerReference: `pulumi-${randomUUID()}`,
      HostedZoneConfig: { Comment: inputs.comment ?? "", PrivateZone: vpc !== undefined },
      ...(vpc !== undefined && { VPC: { VPCId: vpc.vpcId, VPCRegion: (vpc.vpcRegion ?? region) as VPCRegion } }),
    });
    return plainId(made.HostedZone?.Id);
  },

  async settle({ clients }, id, { tags }) {
    const AddTags = toTagList(tags);
    if (AddTags.length === 0) return;
    await (await clients.route53()).changeTagsForResource({ ResourceType: "hostedzone", ResourceId: id, AddTags });
  },

  async read({ clients, partition }, id) {
    const route53 = await clients.route53();
    const found = await unlessAbsent(route53.getHostedZone({ Id: id }), ABSENT);
    if (found?.HostedZone === undefined) return undefined;
    const { ResourceTagSet } = await route53.listTagsForResource({ ResourceType: "hostedzone", ResourceId: id });
    const nameServers = [...(found.DelegationSet?.NameServers ?? [])].sort();
    return {
      arn: `arn:${partition}:route53:::hostedzone/${id}`,
      comment: found.HostedZone.Config?.Comment ?? "",
      name: plainName(found.HostedZone.Name),
      nameServers,
      primaryNameServer: nameServers[0] ?? "",
      tags: fromTagList(ResourceTagSet?.Tags),
      vpcs: found.VPCs?.map(({ VPCId: vpcId = "", VPCRegion: vpcRegion }) => ({ vpcId, vpcRegion })),
      zoneId: id,
    };
  },

  async update({ clients }, id, { inputs, previous, changed }) {
    const route53 = await clients.route53();
    if (changed("comment")) await route53.updateHostedZoneComment({ Id: id, Comment: inputs.comment ?? "" });
    const { set, removed } = tagChanges(previous.tags, inputs.tags);
    const [AddTags, RemoveTagKeys] = [toTagList(set), removed];
    if (AddTags.length + RemoveTagKeys.length === 0) return;
    await route53.changeTagsForResource({
      ResourceType: "hostedzone",
      ResourceId: id,
      ...(AddTags.length > 0 && { AddTags }),
      ...(RemoveTagKeys.length > 0 && { RemoveTagKeys }),
    });
  },

  async delete(context, id, { forceDestroy, name }) {
    const route53 = await context.clients.route53();
    if (forceDestroy === true) await unlessAbsent(empty(route53, id, String(name)), ABSENT);
    const gone = await unlessAbsent(route53.deleteHostedZone({ Id: id }), ABSENT);
    if (gone !== undefined) await untilInSync(context, gone.ChangeInfo);
  },
};
