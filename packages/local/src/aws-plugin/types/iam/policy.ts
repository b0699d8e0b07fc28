import type * as aws from "@pulumi/aws";
import type { IAM } from "@aws-sdk/client-iam";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";
import { ABSENT, decodeDocument, documentText } from "./documents";

/** IAM keeps five versions of a policy and refuses a sixth. */
const MAX_VERSIONS = 5;

async function spareVersions(iam: IAM, PolicyArn: string): Promise<string[]> {
  const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn });
  return Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true).map(({ VersionId }) => VersionId ?? "");
}

async function oldestSpare(iam: IAM, arn: string): Promise<string | undefined> {
  const spare = await spareVersions(iam, arn);
  const byNumber = spare.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return spare.length >= MAX_VERSIONS - 1 ? byNumber[0] : undefined;
}

/** Customer-managed IAM policy. Id: its ARN. */
export const policy: ResourceType<aws.iam.PolicyArgs, aws.iam.PolicyState> = {
  token: "aws:iam/policy:Policy",
  global: true,
  inputs: {
    description: { replaces: true },
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    path: { replaces: true, default: "/" },
    policy: { required: true, kind: "policy" },
    tags: { kind: "map" },
  },
  outputs: ["arn", "policyId", "attachmentCount", "tagsAll"],
  autoName: { property: "name", maxLength: 128 },
  identity: ["name", "path"],

  async create({ clients }, inputs) {
    const iam = await clients.iam();
    const { Policy } = await iam.createPolicy({
      PolicyName: inputs.name,
      Path: inputs.path,
      Description: inputs.description,
      PolicyDocument: documentText(inputs.policy),
      Tags: toTagList(inputs.tags),
    });
    return Policy?.Arn ?? "";
  },

  async read({ clients }, id) {
    const iam = await clients.iam();
    const found = (await unlessAbsent(iam.getPolicy({ PolicyArn: id }), ...ABSENT))?.Policy;
    if (found === undefined) return undefined;
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn: id, VersionId: found.DefaultVersionId });
    const { Tags } = await iam.listPolicyTags({ PolicyArn: id });
    return {
      arn: id,
      name: found.PolicyName,
      path: found.Path ?? "/",
      description: found.Description ?? "",
      policyId: found.PolicyId,
      attachmentCount: found.AttachmentCount ?? 0,
      policy: decodeDocument(PolicyVersion?.Document),
      tags: fromTagList(Tags),
    };
  },

  async update({ clients }, id, change) {
    const iam = await clients.iam();
    if (change.changed("policy")) {
      const spare = await oldestSpare(iam, id);
      if (spare !== undefined) await iam.deletePolicyVersion({ PolicyArn: id, VersionId: spare });
      const PolicyDocument = documentText(change.inputs.policy);
      await iam.createPolicyVersion({ PolicyArn: id, PolicyDocument, SetAsDefault: true });
    }
    await applyTags(
      change,
      (tags) => iam.tagPolicy({ PolicyArn: id, Tags: toTagList(tags) }),
      (TagKeys) => iam.untagPolicy({ PolicyArn: id, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    const iam = await clients.iam();
    const spare = (await unlessAbsent(spareVersions(iam, id), ...ABSENT)) ?? [];
    for (const VersionId of spare) await iam.deletePolicyVersion({ PolicyArn: id, VersionId });
    await unlessAbsent(iam.deletePolicy({ PolicyArn: id }), ...ABSENT);
  },
};
