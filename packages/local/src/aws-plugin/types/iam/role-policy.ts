import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { ABSENT, decodeDocument, documentText } from "./documents";

function parseId(id: string): { RoleName: string; PolicyName: string } {
  const colon = id.indexOf(":");
  return { RoleName: id.slice(0, colon), PolicyName: id.slice(colon + 1) };
}

/** Inline policy of an IAM role. Id: `role:policy`. */
export const rolePolicy: ResourceType<aws.iam.RolePolicyArgs, aws.iam.RolePolicyState> = {
  token: "aws:iam/rolePolicy:RolePolicy",
  global: true,
  inputs: {
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    policy: { required: true, kind: "policy" },
    role: { required: true, replaces: true },
  },
  outputs: [],
  autoName: { property: "name", maxLength: 128 },
  identity: ["role", "name"],

  async create({ clients }, { role, name, policy }) {
    const iam = await clients.iam();
    await iam.putRolePolicy({ RoleName: role, PolicyName: name, PolicyDocument: documentText(policy) });
    return `${role}:${name}`;
  },

  async read({ clients }, id) {
    const found = await unlessAbsent((await clients.iam()).getRolePolicy(parseId(id)), ...ABSENT);
    if (found === undefined) return undefined;
    return { name: found.PolicyName, role: found.RoleName, policy: decodeDocument(found.PolicyDocument) };
  },

  async update({ clients }, id, { inputs }) {
    await (await clients.iam()).putRolePolicy({ ...parseId(id), PolicyDocument: documentText(inputs.policy) });
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.iam()).deleteRolePolicy(parseId(id)), ...ABSENT);
  },
};
