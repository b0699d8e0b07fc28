import type * as aws from "@pulumi/aws";
import type { EC2, IpPermission } from "@aws-sdk/client-ec2";
import { same } from "../../compare";
import type { Plain, Props } from "../../plain";

/** Inline rules of a security group; both directions have the same shape. */
export type Rules = NonNullable<Plain<aws.ec2.SecurityGroupArgs>["ingress"]>;

const ALL_PROTOCOLS = "-1";

/** Rules as AWS takes them. */
export function permissions(rules: Rules, groupId: string): IpPermission[] {
  return rules.map((rule) => {
    const groups = [...(rule.securityGroups ?? []), ...(rule.self === true ? [groupId] : [])];
    const Description = rule.description || undefined;
    const hasPorts = rule.protocol !== ALL_PROTOCOLS && rule.protocol !== "all";
    return {
      IpProtocol: hasPorts ? rule.protocol : ALL_PROTOCOLS,
      ...(hasPorts && { FromPort: rule.fromPort, ToPort: rule.toPort }),
      ...(rule.cidrBlocks?.length && { IpRanges: rule.cidrBlocks.map((CidrIp) => ({ CidrIp, Description })) }),
      ...(rule.ipv6CidrBlocks?.length && {
        Ipv6Ranges: rule.ipv6CidrBlocks.map((CidrIpv6) => ({ CidrIpv6, Description })),
      }),
      ...(rule.prefixListIds?.length && {
        PrefixListIds: rule.prefixListIds.map((PrefixListId) => ({ PrefixListId, Description })),
      }),
      ...(groups.length > 0 && { UserIdGroupPairs: groups.map((GroupId) => ({ GroupId, Description })) }),
    };
  });
}

/** Rules as the state holds them. */
export function describedRules(list: readonly IpPermission[] | undefined, groupId: string): Rules {
  return (list ?? []).map((permission) => {
    const groups = (permission.UserIdGroupPairs ?? []).map(({ GroupId = "" }) => GroupId);
    const described = [
      permission.IpRanges,
      permission.Ipv6Ranges,
      permission.UserIdGroupPairs,
      permission.PrefixListIds,
    ]
      .flatMap((sources): { Description?: string | undefined }[] => sources ?? [])
      .find(({ Description }) => Description);
    return {
      protocol: permission.IpProtocol ?? ALL_PROTOCOLS,
      fromPort: permission.FromPort ?? 0,
      toPort: permission.ToPort ?? 0,
      cidrBlocks: (permission.IpRanges ?? []).map(({ CidrIp = "" }) => CidrIp),
      ipv6CidrBlocks: (permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = "" }) => CidrIpv6),
      prefixListIds: (permission.PrefixListIds ?? []).map(({ PrefixListId = "" }) => PrefixListId),
      securityGroups: groups.filter((id) => id !== groupId),
      self: groups.includes(groupId),
      description: described?.Description ?? "",
    };
  });
}

const asBag = (permission: IpPermission): Props => ({ ...permission });

/** Revokes what is not wanted, then authorises what is missing. */
export async function setRules(
  ec2: EC2,
  GroupId: string,
  direction: "ingress" | "egress",
  now: readonly IpPermission[],
  wanted: readonly IpPermission[],
): Promise<void> {
  const group = (rules: readonly IpPermission[]) => describedRules(rules, GroupId).map((rule) => ({ ...rule }));
  const isIn = (permission: IpPermission, rules: readonly IpPermission[]) =>
    group(rules).some((other) => same(other, group([permission])[0] ?? asBag(permission)));
  const surplus = now.filter((permission) => !isIn(permission, wanted));
  const missing = wanted.filter((permission) => !isIn(permission, now));
  const [revoke, authorise] =
    direction === "egress"
      ? [ec2.revokeSecurityGroupEgress.bind(ec2), ec2.authorizeSecurityGroupEgress.bind(ec2)]
      : [ec2.revokeSecurityGroupIngress.bind(ec2), ec2.authorizeSecurityGroupIngress.bind(ec2)];
  if (surplus.length > 0) await revoke({ GroupId, IpPermissions: surplus });
  if (missing.length > 0) await authorise({ GroupId, IpPermissions: missing });
}
