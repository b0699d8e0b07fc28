import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { describedRules, permissions, setRules, type Rules } from "./security-group-rules";
import { ec2Arn, tagsOf, updateEc2Tags } from "./tags";

const ABSENT = ["InvalidGroup.NotFound", "InvalidGroupId.Malformed"] as const;
const FIELDS = {
  cidrBlocks: true,
  description: true,
  fromPort: true,
  prefixListIds: true,
  protocol: true,
  securityGroups: true,
  self: true,
  toPort: true,
  ipv6CidrBlocks: true,
} as const;

/** EC2 security group with inline rules. Id: `sg-…`. */
export const securityGroup: ResourceType<aws.ec2.SecurityGroupArgs, aws.ec2.SecurityGroupState> = {
  token: "aws:ec2/securityGroup:SecurityGroup",
  inputs: {
    description: { replaces: true, default: "Managed by Pulumi" },
    // Rules that the program leaves open may be resources of their own.
    egress: { computed: true, fields: FIELDS },
    ingress: { computed: true, fields: FIELDS },
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    revokeRulesOnDelete: { carried: true, default: false },
    tags: { kind: "map" },
    vpcId: { replaces: true, computed: true },
  },
  outputs: ["arn", "ownerId", "tagsAll"],
  autoName: { property: "name", maxLength: 255 },
  identity: ["name", "vpcId"],

  async create({ clients }, { name, description, vpcId, tags }) {
    const { GroupId } = await (
      await clients.ec2()
    ).createSecurityGroup({
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      TagSpecifications: tagsOf("security-group", tags),
    });
    return GroupId ?? "";
  },

  async settle(context, id, { ingress = [], egress = [] }) {
    const ec2 = await context.clients.ec2();
    const now = (await ec2.describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
    // AWS opens every new group's egress; the official provider closes it again.
    await setRules(ec2, id, "egress", now?.IpPermissionsEgress ?? [], permissions(egress, id));
    await setRules(ec2, id, "ingress", now?.IpPermissions ?? [], permissions(ingress, id));
  },

  async read(context, id) {
    const ec2 = await context.clients.ec2();
    const found = (await unlessAbsent(ec2.describeSecurityGroups({ GroupIds: [id] }), ...ABSENT))?.SecurityGroups?.[0];
    if (found === undefined) return undefined;
    return {
      arn: await ec2Arn(context, "security-group", id),
      description: found.Description,
      egress: describedRules(found.IpPermissionsEgress, id),
      ingress: describedRules(found.IpPermissions, id),
      name: found.GroupName,
      ownerId: found.OwnerId,
      tags: fromTagList(found.Tags),
      vpcId: found.VpcId,
    };
  },

  async update(context, id, change) {
    const ec2 = await context.clients.ec2();
    const { inputs } = change;
    for (const direction of ["egress", "ingress"] as const) {
      if (!change.changed(direction)) continue;
      const group = (await ec2.describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
      const now = direction === "egress" ? group?.IpPermissionsEgress : group?.IpPermissions;
      const wanted: Rules = inputs[direction] ?? [];
      await setRules(ec2, id, direction, now ?? [], permissions(wanted, id));
    }
    await updateEc2Tags(ec2, id, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ec2()).deleteSecurityGroup({ GroupId: id }), ...ABSENT);
  },
};
