import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { documentText } from "../iam/documents";

const ABSENT = ["RepositoryNotFoundException", "RepositoryPolicyNotFoundException"] as const;

/** Resource policy of an ECR repository. Id: the repository's name. */
export const repositoryPolicy: ResourceType<aws.ecr.RepositoryPolicyArgs, aws.ecr.RepositoryPolicyState> = {
  token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  inputs: { policy: { required: true, kind: "policy" }, repository: { required: true, replaces: true } },
  outputs: ["registryId"],

  async create({ clients }, { repository, policy }) {
    await (await clients.ecr()).setRepositoryPolicy({ repositoryName: repository, policyText: documentText(policy) });
    return repository;
  },

  async read({ clients }, id) {
    const found = await unlessAbsent((await clients.ecr()).getRepositoryPolicy({ repositoryName: id }), ...ABSENT);
    if (found === undefined) return undefined;
    return { repository: id, registryId: found.registryId, policy: found.policyText };
  },

  async update({ clients }, id, { inputs }) {
    await (await clients.ecr()).setRepositoryPolicy({ repositoryName: id, policyText: documentText(inputs.policy) });
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ecr()).deleteRepositoryPolicy({ repositoryName: id }), ...ABSENT);
  },
};
