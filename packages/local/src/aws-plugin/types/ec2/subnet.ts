import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { ec2Arn, tagsOf, updateEc2Tags } from "./tags";

const ABSENT = ["InvalidSubnetID.NotFound", "InvalidSubnetId.NotFound"] as const;

/** EC2 subnet. Id: `subnet-…`. */
export const subnet: ResourceType<aws.ec2.SubnetArgs, aws.ec2.SubnetState> = {
  token: "aws:ec2/subnet:Subnet",
  inputs: {
    availabilityZone: { replaces: true, computed: true },
    cidrBlock: { replaces: true },
    mapPublicIpOnLaunch: { default: false },
    tags: { kind: "map" },
    vpcId: { required: true, replaces: true },
  },
  outputs: ["arn", "availabilityZoneId", "ownerId", "tagsAll"],
  identity: ["vpcId", "cidrBlock"],

  async create({ clients }, { vpcId, cidrBlock, availabilityZone, tags }) {
    const { Subnet } = await (
      await clients.ec2()
    ).createSubnet({
      VpcId: vpcId,
      CidrBlock: cidrBlock,
      AvailabilityZone: availabilityZone,
      TagSpecifications: tagsOf("subnet", tags),
    });
    return Subnet?.SubnetId ?? "";
  },

  async settle({ clients }, id, { mapPublicIpOnLaunch }) {
    const ec2 = await clients.ec2();
    await ec2.modifySubnetAttribute({ SubnetId: id, MapPublicIpOnLaunch: { Value: mapPublicIpOnLaunch ?? false } });
  },

  async read(context, id) {
    const ec2 = await context.clients.ec2();
    const found = (await unlessAbsent(ec2.describeSubnets({ SubnetIds: [id] }), ...ABSENT))?.Subnets?.[0];
    if (found === undefined) return undefined;
    return {
      arn: await ec2Arn(context, "subnet", id),
      availabilityZone: found.AvailabilityZone,
      availabilityZoneId: found.AvailabilityZoneId,
      cidrBlock: found.CidrBlock,
      mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
      ownerId: await context.accountId(),
      tags: fromTagList(found.Tags),
      vpcId: found.VpcId,
    };
  },

  async update(context, id, change) {
    if (change.changed("mapPublicIpOnLaunch")) await this.settle?.(context, id, change.inputs);
    await updateEc2Tags(await context.clients.ec2(), id, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ec2()).deleteSubnet({ SubnetId: id }), ...ABSENT);
  },
};
