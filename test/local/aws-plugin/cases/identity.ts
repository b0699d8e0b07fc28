import type * as aws from "@pulumi/aws";
import type { ConformanceCase } from "../conformance-case";
import { policy, trust } from "../world";

const read = policy({ Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" });
const write = policy({ Action: "s3:PutObject", Resource: "*" });

const role: ConformanceCase<aws.iam.RoleArgs> = {
  token: "aws:iam/role:Role",
  args: () => ({
    assumeRolePolicy: trust("lambda.amazonaws.com"),
    description: "first",
    tags: { kind: "conformance" },
  }),
  updateWith: () => ({
    assumeRolePolicy: trust("lambda.amazonaws.com", "ecs-tasks.amazonaws.com"),
    description: "second",
    maxSessionDuration: 7200,
    tags: { kind: "changed" },
  }),
  replaceWith: () => ({ path: "/conformance/" }),
};

const managed: ConformanceCase<aws.iam.PolicyArgs> = {
  token: "aws:iam/policy:Policy",
  args: () => ({ policy: read, tags: { kind: "conformance" } }),
  updateWith: () => ({ policy: write, tags: {} }),
  replaceWith: () => ({ description: "another" }),
};

const inline: ConformanceCase<aws.iam.RolePolicyArgs> = {
  token: "aws:iam/rolePolicy:RolePolicy",
  args: ({ roleName }) => ({ role: roleName, policy: read }),
  updateWith: () => ({ policy: write }),
  replaceWith: ({ otherRoleName }) => ({ role: otherRoleName }),
};

const attachment: ConformanceCase<aws.iam.RolePolicyAttachmentArgs> = {
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  args: ({ roleName, policyArn }) => ({ role: roleName, policyArn }),
  replaceWith: ({ otherPolicyArn }) => ({ policyArn: otherPolicyArn }),
};

/** Cases of the IAM types. */
export const identityCases: readonly ConformanceCase[] = [role, managed, inline, attachment];
