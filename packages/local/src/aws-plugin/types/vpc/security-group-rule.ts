import type * as aws from "@pulumi/aws";
import type { IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ec2Arn, tagsOf, updateEc2Tags } from "../ec2/tags";
import { fromTagList } from "../tags";

type Args = Plain<aws.vpc.SecurityGroupEgressRuleArgs>;

const ABSENT = ["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"] as const;
const ALL_PROTOCOLS = "-1";
const NO_PORT = -1;

function permission(inputs: Args): IpPermission {
  const Description = inputs.description;
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = inputs;
  return {
    IpProtocol: inputs.ipProtocol,
    ...(inputs.ipProtocol !== ALL_PROTOCOLS && { FromPort: inputs.fromPort, ToPort: inputs.toPort }),
    ...(cidrIpv4 !== undefined && { IpRanges: [{ CidrIp: cidrIpv4, Description }] }),
    ...(cidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description }] }),
    ...(prefixListId !== undefined && { PrefixListIds: [{ PrefixListId: prefixListId, Description }] }),
    ...(referencedSecurityGroupId !== undefined && {
      UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description }],
    }),
  };
}

async function find({ clients }: Context, id: string): Promise<SecurityGroupRule | undefined> {
  const ec2 = await clients.ec2();
  const answer = await unlessAbsent(ec2.describeSecurityGroupRules({ SecurityGroupRuleIds: [id] }), ...ABSENT);
  return answer?.SecurityGroupRules?.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
}

const portOf = (port: number | undefined): number | undefined => (port === NO_PORT ? undefined : port);

/** What both directions have in common; only the calls that open and close differ. */
function ruleType(direction: "Ingress" | "Egress") {
  const type: Omit<ResourceType<aws.vpc.SecurityGroupEgressRuleArgs, aws.vpc.SecurityGroupEgressRuleState>, "token"> = {
    inputs: {
      cidrIpv4: {},
      cidrIpv6: {},
      description: {},
      fromPort: {},
      ipProtocol: { required: true },
      prefixListId: {},
      referencedSecurityGroupId: {},
      securityGroupId: { required: true, replaces: true },
      tags: { kind: "map" },
      toPort: {},
    },
    outputs: ["arn", "securityGroupRuleId", "tagsAll"],

    async create({ clients }, inputs) {
      const ec2 = await clients.ec2();
      const request = {
        GroupId: inputs.securityGroupId,
        IpPermissions: [permission(inputs)],
        TagSpecifications: tagsOf("security-group-rule", inputs.tags),
      };
      const { SecurityGroupRules } = await (direction === "Ingress"
        ? ec2.authorizeSecurityGroupIngress(request)
        : ec2.authorizeSecurityGroupEgress(request));
      return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    },

    async read(context, id) {
      const found = await find(context, id);
      if (found === undefined) return undefined;
      return {
        arn: await ec2Arn(context, "security-group-rule", id),
        securityGroupRuleId: id,
        cidrIpv4: found.CidrIpv4,
        cidrIpv6: found.CidrIpv6,
        description: found.Description,
        fromPort: portOf(found.FromPort),
        ipProtocol: found.IpProtocol,
        prefixListId: found.PrefixListId,
        referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId,
        securityGroupId: found.GroupId,
        tags: fromTagList(found.Tags),
        toPort: portOf(found.ToPort),
      };
    },

    async update(context, id, change) {
      const ec2 = await context.clients.ec2();
      const { inputs } = change;
      await ec2.modifySecurityGroupRules({
        GroupId: inputs.securityGroupId,
        SecurityGroupRules: [
          {
            SecurityGroupRuleId: id,
            SecurityGroupRule: {
              IpProtocol: inputs.ipProtocol,
              FromPort: inputs.fromPort,
              ToPort: inputs.toPort,
              CidrIpv4: inputs.cidrIpv4,
              CidrIpv6: inputs.cidrIpv6,
              Description: inputs.description,
              PrefixListId: inputs.prefixListId,
              ReferencedGroupId: inputs.referencedSecurityGroupId,
            },
          },
        ],
      });
      await updateEc2Tags(ec2, id, change);
    },

    async delete(context, id, { securityGroupId }) {
      const ec2 = await context.clients.ec2();
      if ((await find(context, id)) === undefined) return;
      const request = { GroupId: securityGroupId, SecurityGroupRuleIds: [id] };
      await (direction === "Ingress"
        ? ec2.revokeSecurityGroupIngress(request)
        : ec2.revokeSecurityGroupEgress(request));
    },
  };
  return type;
}

/** A rule that lets traffic out of a security group. Id: `sgr-…`. */
export const securityGroupEgressRule: ResourceType<
  aws.vpc.SecurityGroupEgressRuleArgs,
  aws.vpc.SecurityGroupEgressRuleState
> = { token: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", ...ruleType("Egress") };

/** A rule that lets traffic into a security group. Id: `sgr-…`. */
export const securityGroupIngressRule: ResourceType<
  aws.vpc.SecurityGroupIngressRuleArgs,
  aws.vpc.SecurityGroupIngressRuleState
> = { token: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", ...ruleType("Ingress") };
