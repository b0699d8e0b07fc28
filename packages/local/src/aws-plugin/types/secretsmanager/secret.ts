import type * as aws from "@pulumi/aws";
import type { DescribeSecretCommandOutput, SecretsManager } from "@aws-sdk/client-secrets-manager";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";

const ABSENT = "ResourceNotFoundException";

/** A secret that waits for its deletion is as good as gone. */
async function find(secrets: SecretsManager, SecretId: string): Promise<DescribeSecretCommandOutput | undefined> {
  const found = await unlessAbsent(secrets.describeSecret({ SecretId }), ABSENT);
  return found?.DeletedDate === undefined ? found : undefined;
}

/** A secret without its value, which never passes through Pulumi. Id: its ARN. */
export const secret: ResourceType<aws.secretsmanager.SecretArgs, aws.secretsmanager.SecretState> = {
  token: "aws:secretsmanager/secret:Secret",
  inputs: {
    description: {},
    forceOverwriteReplicaSecret: { carried: true, default: false },
    kmsKeyId: {},
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    recoveryWindowInDays: { carried: true, default: 30 },
    tags: { kind: "map" },
  },
  outputs: ["arn", "tagsAll"],
  autoName: { property: "name", maxLength: 512 },
  identity: ["name"],

  async create({ clients }, { name, description, kmsKeyId, tags }) {
    const secrets = await clients.secretsmanager();
    const made = await secrets.createSecret({
      Name: name,
      Description: description ?? "",
      KmsKeyId: kmsKeyId,
      Tags: toTagList(tags),
    });
    return String(made.ARN);
  },

  async read({ clients }, id) {
    const found = await find(await clients.secretsmanager(), id);
    if (found === undefined) return undefined;
    return {
      arn: found.ARN,
      description: found.Description ?? "",
      kmsKeyId: found.KmsKeyId ?? "",
      name: found.Name,
      tags: fromTagList(found.Tags),
    };
  },

  async update({ clients }, id, change) {
    const secrets = await clients.secretsmanager();
    const { description = "", kmsKeyId } = change.inputs;
    if (change.changed("description", "kmsKeyId")) {
      await secrets.updateSecret({ SecretId: id, Description: description, KmsKeyId: kmsKeyId });
    }
    await applyTags(
      change,
      (tags) => secrets.tagResource({ SecretId: id, Tags: toTagList(tags) }),
      (TagKeys) => secrets.untagResource({ SecretId: id, TagKeys }),
    );
  },

  async delete({ clients }, id, { recoveryWindowInDays: days = 30 }) {
    const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    await unlessAbsent((await clients.secretsmanager()).deleteSecret({ SecretId: id, ...window }), ABSENT);
  },
};
