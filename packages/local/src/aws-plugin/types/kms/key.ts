import type * as aws from "@pulumi/aws";
import type { KMS } from "@aws-sdk/client-kms";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { documentText } from "../iam/documents";

const ABSENT = "NotFoundException";

const toTags = (tags: Readonly<Record<string, string>> | undefined) =>
  Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

async function setRotation(kms: KMS, KeyId: string, enabled: boolean, days: number | undefined): Promise<void> {
  await (enabled ? kms.enableKeyRotation({ KeyId, RotationPeriodInDays: days }) : kms.disableKeyRotation({ KeyId }));
}

/** KMS key. Id: its key id. Deleting schedules the deletion. */
export const key: ResourceType<aws.kms.KeyArgs, aws.kms.KeyState> = {
  token: "aws:kms/key:Key",
  inputs: {
    bypassPolicyLockoutSafetyCheck: { carried: true, default: false },
    customerMasterKeySpec: { replaces: true, default: "SYMMETRIC_DEFAULT" },
    deletionWindowInDays: { carried: true },
    description: { computed: true },
    enableKeyRotation: { default: false },
    isEnabled: { default: true },
    keyUsage: { replaces: true, default: "ENCRYPT_DECRYPT" },
    policy: { kind: "policy", computed: true },
    rotationPeriodInDays: { computed: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "keyId", "multiRegion", "tagsAll"],

  async create({ clients }, inputs) {
    const { KeyMetadata } = await (
      await clients.kms()
    ).createKey({
      Description: inputs.description,
      KeySpec: inputs.customerMasterKeySpec as "SYMMETRIC_DEFAULT",
      KeyUsage: inputs.keyUsage as "ENCRYPT_DECRYPT",
      Policy: inputs.policy && documentText(inputs.policy),
      BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
      Tags: toTags(inputs.tags),
    });
    return KeyMetadata?.KeyId ?? "";
  },

  async settle({ clients }, id, inputs) {
    const kms = await clients.kms();
    if (inputs.enableKeyRotation === true) await setRotation(kms, id, true, inputs.rotationPeriodInDays);
    if (inputs.isEnabled === false) await kms.disableKey({ KeyId: id });
  },

  async read({ clients }, id) {
    const kms = await clients.kms();
    const found = (await unlessAbsent(kms.describeKey({ KeyId: id }), ABSENT))?.KeyMetadata;
    if (found === undefined || found.KeyState === "PendingDeletion") return undefined;
    const [policy, rotation, tags] = await Promise.all([
      kms.getKeyPolicy({ KeyId: id, PolicyName: "default" }),
      kms.getKeyRotationStatus({ KeyId: id }),
      kms.listResourceTags({ KeyId: id }),
    ]);
    return {
      arn: found.Arn,
      keyId: found.KeyId,
      customerMasterKeySpec: found.KeySpec ?? "SYMMETRIC_DEFAULT",
      description: found.Description,
      enableKeyRotation: rotation.KeyRotationEnabled ?? false,
      isEnabled: found.Enabled ?? true,
      keyUsage: found.KeyUsage ?? "ENCRYPT_DECRYPT",
      multiRegion: found.MultiRegion ?? false,
      policy: policy.Policy,
      rotationPeriodInDays: rotation.RotationPeriodInDays,
      tags: fromTagMap(
        Object.fromEntries((tags.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
      ),
    };
  },

  async update({ clients }, id, change) {
    const kms = await clients.kms();
    const { inputs } = change;
    if (change.changed("isEnabled"))
      await (inputs.isEnabled === false ? kms.disableKey({ KeyId: id }) : kms.enableKey({ KeyId: id }));
    if (change.changed("description"))
      await kms.updateKeyDescription({ KeyId: id, Description: inputs.description ?? "" });
    if (change.changed("policy")) await kms.putKeyPolicy({ KeyId: id, Policy: documentText(inputs.policy) });
    if (change.changed("enableKeyRotation", "rotationPeriodInDays")) {
      await setRotation(kms, id, inputs.enableKeyRotation === true, inputs.rotationPeriodInDays);
    }
    await applyTags(
      change,
      (tags) => kms.tagResource({ KeyId: id, Tags: toTags(tags) }),
      (TagKeys) => kms.untagResource({ KeyId: id, TagKeys }),
    );
  },

  async delete({ clients }, id, { deletionWindowInDays }) {
    const kms = await clients.kms();
    await unlessAbsent(kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: deletionWindowInDays }), ABSENT);
  },
};
