import type * as aws from "@pulumi/aws";
import type { IAM } from "@aws-sdk/client-iam";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";
import { ABSENT, decodeDocument, documentText } from "./documents";

async function detachAll(iam: IAM, name: string): Promise<void> {
  const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName: name });
  for (const { PolicyArn } of AttachedPolicies) await iam.detachRolePolicy({ RoleName: name, PolicyArn });
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName: name });
  for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName: name, PolicyName });
}

/** IAM role. Id: its name. */
export const role: ResourceType<aws.iam.RoleArgs, aws.iam.RoleState> = {
  token: "aws:iam/role:Role",
  global: true,
  inputs: {
    assumeRolePolicy: { required: true, kind: "policy" },
    description: {},
    forceDetachPolicies: { carried: true, default: false },
    maxSessionDuration: { default: 3600 },
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    path: { replaces: true, default: "/" },
    permissionsBoundary: {},
    tags: { kind: "map" },
  },
  outputs: ["arn", "createDate", "uniqueId", "tagsAll"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name"],

  async create({ clients }, inputs) {
    await (
      await clients.iam()
    ).createRole({
      RoleName: inputs.name,
      Path: inputs.path,
      AssumeRolePolicyDocument: documentText(inputs.assumeRolePolicy),
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: toTagList(inputs.tags),
    });
    return String(inputs.name);
  },

  async read({ clients }, id) {
    const iam = await clients.iam();
    const found = (await unlessAbsent(iam.getRole({ RoleName: id }), ...ABSENT))?.Role;
    if (found === undefined) return undefined;
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName: id });
    return {
      arn: found.Arn,
      name: found.RoleName,
      uniqueId: found.RoleId,
      createDate: found.CreateDate?.toISOString(),
      assumeRolePolicy: decodeDocument(found.AssumeRolePolicyDocument),
      description: found.Description ?? "",
      managedPolicyArns: AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? ""),
      maxSessionDuration: found.MaxSessionDuration ?? 3600,
      path: found.Path ?? "/",
      permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: fromTagList(found.Tags),
    };
  },

  async update({ clients }, id, change) {
    const iam = await clients.iam();
    const { inputs } = change;
    if (change.changed("assumeRolePolicy")) {
      await iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: documentText(inputs.assumeRolePolicy) });
    }
    if (change.changed("description", "maxSessionDuration")) {
      const { description = "", maxSessionDuration } = inputs;
      await iam.updateRole({ RoleName: id, Description: description, MaxSessionDuration: maxSessionDuration });
    }
    if (change.changed("permissionsBoundary")) {
      await (inputs.permissionsBoundary
        ? iam.putRolePermissionsBoundary({ RoleName: id, PermissionsBoundary: inputs.permissionsBoundary })
        : iam.deleteRolePermissionsBoundary({ RoleName: id }));
    }
    await applyTags(
      change,
      (tags) => iam.tagRole({ RoleName: id, Tags: toTagList(tags) }),
      (TagKeys) => iam.untagRole({ RoleName: id, TagKeys }),
    );
  },

  async delete({ clients }, id, { forceDetachPolicies }) {
    const iam = await clients.iam();
    if (forceDetachPolicies === true) await unlessAbsent(detachAll(iam, id), ...ABSENT);
    await unlessAbsent(iam.deleteRole({ RoleName: id }), ...ABSENT);
  },
};
