import type * as aws from "@pulumi/aws";
import type { EC2 } from "@aws-sdk/client-ec2";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { ec2Arn, tagsOf, updateEc2Tags } from "./tags";

const ABSENT = "InvalidVpcID.NotFound";

async function setDns(ec2: EC2, VpcId: string, inputs: Plain<aws.ec2.VpcArgs>): Promise<void> {
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsSupport: { Value: inputs.enableDnsSupport ?? true } });
  await ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: inputs.enableDnsHostnames ?? false } });
}

/** The parts of a VPC that AWS makes along with it. */
async function companions(ec2: EC2, id: string) {
  const inVpc = { Name: "vpc-id", Values: [id] };
  const [tables, groups, acls] = await Promise.all([
    ec2.describeRouteTables({ Filters: [inVpc, { Name: "association.main", Values: ["true"] }] }),
    ec2.describeSecurityGroups({ Filters: [inVpc, { Name: "group-name", Values: ["default"] }] }),
    ec2.describeNetworkAcls({ Filters: [inVpc, { Name: "default", Values: ["true"] }] }),
  ]);
  const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId;
  return {
    mainRouteTableId,
    defaultRouteTableId: mainRouteTableId,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
  };
}

/** EC2 VPC. Id: `vpc-…`. */
export const vpc: ResourceType<aws.ec2.VpcArgs, aws.ec2.VpcState> = {
  token: "aws:ec2/vpc:Vpc",
  inputs: {
    cidrBlock: { replaces: true, computed: true },
    enableDnsHostnames: { computed: true },
    enableDnsSupport: { default: true },
    instanceTenancy: { replaces: true, default: "default" },
    tags: { kind: "map" },
  },
  outputs: [
    "arn",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "mainRouteTableId",
    "ownerId",
    "tagsAll",
  ],

  async create({ clients }, { cidrBlock, instanceTenancy, tags }) {
    const { Vpc } = await (
      await clients.ec2()
    ).createVpc({
      CidrBlock: cidrBlock,
      InstanceTenancy: instanceTenancy as "default",
      TagSpecifications: tagsOf("vpc", tags),
    });
    return Vpc?.VpcId ?? "";
  },

  async settle({ clients }, id, inputs) {
    await setDns(await clients.ec2(), id, inputs);
  },

  async read(context, id) {
    const ec2 = await context.clients.ec2();
    const found = (await unlessAbsent(ec2.describeVpcs({ VpcIds: [id] }), ABSENT))?.Vpcs?.[0];
    if (found === undefined) return undefined;
    const [support, hostnames, parts] = await Promise.all([
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsSupport" }),
      ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsHostnames" }),
      companions(ec2, id),
    ]);
    return {
      ...parts,
      arn: await ec2Arn(context, "vpc", id),
      cidrBlock: found.CidrBlock,
      dhcpOptionsId: found.DhcpOptionsId,
      enableDnsSupport: support.EnableDnsSupport?.Value ?? true,
      enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
      instanceTenancy: found.InstanceTenancy ?? "default",
      ownerId: await context.accountId(),
      tags: fromTagList(found.Tags),
    };
  },

  async update({ clients }, id, change) {
    const ec2 = await clients.ec2();
    if (change.changed("enableDnsSupport", "enableDnsHostnames")) await setDns(ec2, id, change.inputs);
    await updateEc2Tags(ec2, id, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ec2()).deleteVpc({ VpcId: id }), ABSENT);
  },
};
