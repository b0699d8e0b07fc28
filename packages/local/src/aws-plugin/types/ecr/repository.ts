import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";

const ABSENT = "RepositoryNotFoundException";

/** ECR repository. Id: its name. */
export const repository: ResourceType<aws.ecr.RepositoryArgs, aws.ecr.RepositoryState> = {
  token: "aws:ecr/repository:Repository",
  inputs: {
    encryptionConfigurations: { replaces: true, computed: true, fields: { encryptionType: true, kmsKey: true } },
    forceDelete: { carried: true },
    imageScanningConfiguration: { computed: true, fields: { scanOnPush: true } },
    imageTagMutability: { default: "MUTABLE" },
    name: { replaces: true, computed: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "registryId", "repositoryUrl", "tagsAll"],
  autoName: { property: "name", maxLength: 256 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const [encryption] = inputs.encryptionConfigurations ?? [];
    await (
      await clients.ecr()
    ).createRepository({
      repositoryName: inputs.name,
      imageTagMutability: inputs.imageTagMutability as "MUTABLE",
      imageScanningConfiguration: inputs.imageScanningConfiguration,
      tags: toTagList(inputs.tags),
      ...(encryption !== undefined && {
        encryptionConfiguration: {
          encryptionType: (encryption.encryptionType ?? "AES256") as "AES256",
          kmsKey: encryption.kmsKey,
        },
      }),
    });
    return String(inputs.name);
  },

  async read({ clients }, id) {
    const ecr = await clients.ecr();
    const found = await unlessAbsent(ecr.describeRepositories({ repositoryNames: [id] }), ABSENT);
    const [repository] = found?.repositories ?? [];
    if (repository === undefined) return undefined;
    const { tags } = await ecr.listTagsForResource({ resourceArn: repository.repositoryArn });
    const encryption = repository.encryptionConfiguration;
    return {
      arn: repository.repositoryArn,
      name: repository.repositoryName,
      registryId: repository.registryId,
      repositoryUrl: repository.repositoryUri,
      imageTagMutability: repository.imageTagMutability ?? "MUTABLE",
      imageScanningConfiguration: { scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false },
      encryptionConfigurations: [
        { encryptionType: encryption?.encryptionType ?? "AES256", kmsKey: encryption?.kmsKey ?? "" },
      ],
      tags: fromTagList(tags),
    };
  },

  async update({ clients }, id, change) {
    const ecr = await clients.ecr();
    const { inputs } = change;
    if (change.changed("imageTagMutability")) {
      const imageTagMutability = inputs.imageTagMutability as "MUTABLE";
      await ecr.putImageTagMutability({ repositoryName: id, imageTagMutability });
    }
    if (change.changed("imageScanningConfiguration")) {
      const imageScanningConfiguration = inputs.imageScanningConfiguration ?? { scanOnPush: false };
      await ecr.putImageScanningConfiguration({ repositoryName: id, imageScanningConfiguration });
    }
    const resourceArn = change.state.arn;
    await applyTags(
      change,
      (tags) => ecr.tagResource({ resourceArn, tags: toTagList(tags) }),
      (tagKeys) => ecr.untagResource({ resourceArn, tagKeys }),
    );
  },

  async delete({ clients }, id, { forceDelete }) {
    const ecr = await clients.ecr();
    await unlessAbsent(ecr.deleteRepository({ repositoryName: id, force: forceDelete ?? false }), ABSENT);
  },
};
