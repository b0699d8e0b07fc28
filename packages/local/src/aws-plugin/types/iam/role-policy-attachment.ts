import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { ABSENT } from "./documents";

function parseId(id: string): { RoleName: string; PolicyArn: string } {
  const slash = id.indexOf("/");
  return { RoleName: id.slice(0, slash), PolicyArn: id.slice(slash + 1) };
}

/** Managed policy attached to an IAM role. Id: `role/policy ARN`. */
export const rolePolicyAttachment: ResourceType<aws.iam.RolePolicyAttachmentArgs, aws.iam.RolePolicyAttachmentState> = {
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  global: true,
  inputs: { policyArn: { required: true, replaces: true }, role: { required: true, replaces: true } },
  outputs: [],

  async create({ clients }, { role, policyArn }) {
    await (await clients.iam()).attachRolePolicy({ RoleName: role, PolicyArn: policyArn });
    return `${role}/${policyArn}`;
  },

  async read({ clients }, id) {
    const { RoleName, PolicyArn } = parseId(id);
    const found = await unlessAbsent((await clients.iam()).listAttachedRolePolicies({ RoleName }), ...ABSENT);
    const isAttached = found?.AttachedPolicies?.some((policy) => policy.PolicyArn === PolicyArn) ?? false;
    return isAttached ? { role: RoleName, policyArn: PolicyArn } : undefined;
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.iam()).detachRolePolicy(parseId(id)), ...ABSENT);
  },
};
