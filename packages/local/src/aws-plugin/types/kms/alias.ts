import type * as aws from "@pulumi/aws";
import type { AliasListEntry, KMS } from "@aws-sdk/client-kms";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";

const ABSENT = "NotFoundException";

async function find(kms: KMS, name: string): Promise<AliasListEntry | undefined> {
  for (let Marker: string | undefined; ;) {
    const page = await kms.listAliases({ Marker });
    const found = page.Aliases?.find(({ AliasName }) => AliasName === name);
    if (found !== undefined || page.NextMarker === undefined) return found;
    Marker = page.NextMarker;
  }
}

/** KMS alias. Id: its name, `alias/…`. */
export const alias: ResourceType<aws.kms.AliasArgs, aws.kms.AliasState> = {
  token: "aws:kms/alias:Alias",
  inputs: { name: { replaces: true, computed: true }, targetKeyId: { required: true } },
  outputs: ["arn", "targetKeyArn"],
  autoName: { property: "name", maxLength: 256, prefix: "alias/" },
  identity: ["name"],

  async create({ clients }, { name, targetKeyId }) {
    await (await clients.kms()).createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return String(name);
  },

  async read({ clients }, id, known) {
    const kms = await clients.kms();
    const found = await find(kms, id);
    if (found === undefined) return undefined;
    const key = (await kms.describeKey({ KeyId: found.TargetKeyId })).KeyMetadata;
    const isByArn = known.targetKeyId !== undefined && known.targetKeyId === key?.Arn;
    return {
      arn: found.AliasArn,
      name: found.AliasName,
      targetKeyArn: key?.Arn,
      targetKeyId: isByArn ? key?.Arn : key?.KeyId,
    };
  },

  async update({ clients }, id, { inputs }) {
    await (await clients.kms()).updateAlias({ AliasName: id, TargetKeyId: inputs.targetKeyId });
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.kms()).deleteAlias({ AliasName: id }), ABSENT);
  },
};
