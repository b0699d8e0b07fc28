import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { ec2Arn, tagsOf, updateEc2Tags } from "./tags";

const ABSENT = "InvalidInternetGatewayID.NotFound";
const DETACHED = "Gateway.NotAttached";

/** EC2 internet gateway. Id: `igw-…`. */
export const internetGateway: ResourceType<aws.ec2.InternetGatewayArgs, aws.ec2.InternetGatewayState> = {
  token: "aws:ec2/internetGateway:InternetGateway",
  inputs: { tags: { kind: "map" }, vpcId: { computed: true } },
  outputs: ["arn", "ownerId", "tagsAll"],

  async create({ clients }, { tags }) {
    const ec2 = await clients.ec2();
    const { InternetGateway } = await ec2.createInternetGateway({
      TagSpecifications: tagsOf("internet-gateway", tags),
    });
    return InternetGateway?.InternetGatewayId ?? "";
  },

  async settle(context, id, { vpcId }) {
    if (vpcId === undefined || (await this.read(context, id, {}))?.vpcId === vpcId) return;
    await (await context.clients.ec2()).attachInternetGateway({ InternetGatewayId: id, VpcId: vpcId });
  },

  async read(context, id) {
    const ec2 = await context.clients.ec2();
    const answer = await unlessAbsent(ec2.describeInternetGateways({ InternetGatewayIds: [id] }), ABSENT);
    const found = answer?.InternetGateways?.[0];
    if (found === undefined) return undefined;
    const accountId = await context.accountId();
    return {
      arn: await ec2Arn(context, "internet-gateway", id),
      ownerId: found.OwnerId ?? accountId,
      tags: fromTagList(found.Tags),
      vpcId: found.Attachments?.[0]?.VpcId,
    };
  },

  async update(context, id, change) {
    const ec2 = await context.clients.ec2();
    if (change.changed("vpcId")) {
      const { vpcId } = change.state;
      if (vpcId) await unlessAbsent(ec2.detachInternetGateway({ InternetGatewayId: id, VpcId: vpcId }), DETACHED);
      await this.settle?.(context, id, change.inputs);
    }
    await updateEc2Tags(ec2, id, change);
  },

  async delete({ clients }, id, { vpcId }) {
    const ec2 = await clients.ec2();
    const gateway = { InternetGatewayId: id };
    if (vpcId) await unlessAbsent(ec2.detachInternetGateway({ ...gateway, VpcId: vpcId }), ABSENT, DETACHED);
    await unlessAbsent(ec2.deleteInternetGateway(gateway), ABSENT);
  },
};
