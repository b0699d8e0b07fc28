import type * as aws from "@pulumi/aws";
import type { FunctionType } from "../function-type";

const DNS_SUFFIX = "amazonaws.com";

/** Who the provider's credentials are. */
export const getCallerIdentity: FunctionType<aws.GetCallerIdentityArgs, aws.GetCallerIdentityResult> = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  inputs: ["id"],

  async run({ clients }) {
    const { Account, Arn, UserId } = await (await clients.sts()).getCallerIdentity({});
    return { accountId: Account, arn: Arn, id: Account, userId: UserId };
  },
};

/** The region that the provider, or the call's `region`, names. */
export const getRegion: FunctionType<aws.GetRegionArgs, aws.GetRegionResult> = {
  token: "aws:index/getRegion:getRegion",
  inputs: ["id", "name"],

  run({ region: own }, { name }) {
    const region = name ?? own;
    const endpoint = `ec2.${region}.${DNS_SUFFIX}`;
    return Promise.resolve({ id: region, name: region, region, endpoint, description: region });
  },
};

/** The partition that ARNs are in. */
export const getPartition: FunctionType<aws.GetPartitionArgs, aws.GetPartitionResult> = {
  token: "aws:index/getPartition:getPartition",
  inputs: ["id"],

  run({ partition }) {
    return Promise.resolve({ id: partition, partition, dnsSuffix: DNS_SUFFIX, reverseDnsPrefix: "com.amazonaws" });
  },
};
