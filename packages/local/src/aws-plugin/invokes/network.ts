import { InvalidInputError } from "@slipway/core";
import type * as aws from "@pulumi/aws";
import type { Filter } from "@aws-sdk/client-ec2";
import type { FunctionType } from "../function-type";
import { isBlank } from "../plain";
import { vpc } from "../types/ec2/vpc";
import { fromTagList } from "../types/tags";

interface Search {
  readonly filters?: readonly { readonly name: string; readonly values: readonly string[] }[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

function toFilters({ filters, tags }: Search, more: Readonly<Record<string, string | undefined>> = {}): Filter[] {
  const exact = {
    ...more,
    ...Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`tag:${key}`, value])),
  };
  return [
    ...(filters ?? []).map(({ name, values }) => ({ Name: name, Values: [...values] })),
    ...Object.entries(exact).flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }])),
  ];
}

/** The one VPC that the arguments describe. */
export const getVpc: FunctionType<aws.ec2.GetVpcArgs, aws.ec2.GetVpcResult> = {
  token: "aws:ec2/getVpc:getVpc",
  inputs: ["cidrBlock", "default", "filters", "id", "tags"],

  async run(context, args) {
    const Filters = toFilters(args, {
      cidr: args.cidrBlock,
      "is-default": args.default === undefined ? undefined : String(args.default),
      "vpc-id": args.id,
    });
    const { Vpcs = [] } = await (await context.clients.ec2()).describeVpcs(isBlank(Filters) ? {} : { Filters });
    const [found, another] = Vpcs;
    if (found === undefined) throw new InvalidInputError("getVpc", "no matching EC2 VPC found");
    if (another !== undefined) throw new InvalidInputError("getVpc", "multiple EC2 VPCs matched", "name more of it");
    const id = found.VpcId ?? "";
    const state = await vpc.read(context, id, {});
    return {
      id,
      arn: state?.arn,
      cidrBlock: found.CidrBlock,
      default: found.IsDefault ?? false,
      dhcpOptionsId: found.DhcpOptionsId,
      enableDnsHostnames: state?.enableDnsHostnames,
      enableDnsSupport: state?.enableDnsSupport,
      instanceTenancy: found.InstanceTenancy,
      mainRouteTableId: state?.mainRouteTableId,
      ownerId: state?.ownerId,
      state: found.State,
      tags: fromTagList(found.Tags) ?? {},
    };
  },
};

/** Ids of all subnets that the arguments describe. */
export const getSubnets: FunctionType<aws.ec2.GetSubnetsArgs, aws.ec2.GetSubnetsResult> = {
  token: "aws:ec2/getSubnets:getSubnets",
  inputs: ["filters", "tags"],

  async run({ clients, region }, args) {
    const Filters = toFilters(args);
    const { Subnets = [] } = await (await clients.ec2()).describeSubnets(isBlank(Filters) ? {} : { Filters });
    return { id: region, ids: Subnets.map(({ SubnetId = "" }) => SubnetId), tags: args.tags ?? {} };
  },
};
