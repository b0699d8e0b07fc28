import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagList, toTagList } from "../tags";

const ABSENT = "ParameterNotFound";
const RESOURCE = { ResourceType: "Parameter" } as const;

/** SSM parameter. Id: its name. */
export const parameter: ResourceType<aws.ssm.ParameterArgs, aws.ssm.ParameterState> = {
  token: "aws:ssm/parameter:Parameter",
  inputs: {
    allowedPattern: {},
    dataType: { replaces: true, computed: true },
    description: {},
    insecureValue: { computed: true },
    keyId: { computed: true },
    name: { replaces: true, computed: true },
    overwrite: { carried: true },
    tags: { kind: "map" },
    tier: { computed: true },
    type: { required: true, replaces: true },
    value: { computed: true },
  },
  outputs: ["arn", "version", "hasValueWo", "tagsAll"],
  volatile: ["version"],
  secrets: ["value"],
  autoName: { property: "name", maxLength: 1011 },
  identity: ["name"],

  async create({ clients }, inputs) {
    await (
      await clients.ssm()
    ).putParameter({
      Name: inputs.name,
      Type: inputs.type as "String",
      Value: inputs.value ?? inputs.insecureValue,
      Description: inputs.description,
      AllowedPattern: inputs.allowedPattern,
      DataType: inputs.dataType,
      KeyId: inputs.keyId,
      Tier: inputs.tier as "Standard" | undefined,
      ...(inputs.overwrite === true ? { Overwrite: true } : { Tags: toTagList(inputs.tags) }),
    });
    return String(inputs.name);
  },

  async settle({ clients }, id, { overwrite, tags }) {
    // An overwriting put takes no tags.
    if (overwrite !== true || tags === undefined) return;
    await (await clients.ssm()).addTagsToResource({ ...RESOURCE, ResourceId: id, Tags: toTagList(tags) });
  },

  async read({ clients }, id, { insecureValue }) {
    const ssm = await clients.ssm();
    const found = (await unlessAbsent(ssm.getParameter({ Name: id, WithDecryption: true }), ABSENT))?.Parameter;
    if (found === undefined) return undefined;
    const filter = { Key: "Name", Option: "Equals", Values: [id] };
    const { Parameters = [] } = await ssm.describeParameters({ ParameterFilters: [filter] });
    const { TagList } = await ssm.listTagsForResource({ ...RESOURCE, ResourceId: id });
    const [details] = Parameters;
    return {
      arn: found.ARN,
      name: found.Name,
      type: found.Type,
      value: found.Value,
      insecureValue: insecureValue === undefined ? undefined : found.Value,
      version: found.Version,
      hasValueWo: false,
      dataType: found.DataType ?? "text",
      description: details?.Description ?? "",
      allowedPattern: details?.AllowedPattern ?? "",
      keyId: found.Type === "SecureString" ? details?.KeyId : "",
      tier: details?.Tier ?? "Standard",
      tags: fromTagList(TagList),
    };
  },

  async update({ clients }, id, change) {
    const ssm = await clients.ssm();
    const { inputs } = change;
    if (change.changed("value", "insecureValue", "description", "allowedPattern", "keyId", "tier")) {
      await ssm.putParameter({
        Name: id,
        Type: inputs.type as "String",
        Value: inputs.value ?? inputs.insecureValue,
        Description: inputs.description ?? "",
        AllowedPattern: inputs.allowedPattern ?? "",
        KeyId: inputs.keyId,
        Tier: inputs.tier as "Standard" | undefined,
        Overwrite: true,
      });
    }
    await applyTags(
      change,
      (tags) => ssm.addTagsToResource({ ...RESOURCE, ResourceId: id, Tags: toTagList(tags) }),
      (TagKeys) => ssm.removeTagsFromResource({ ...RESOURCE, ResourceId: id, TagKeys }),
    );
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.ssm()).deleteParameter({ Name: id }), ABSENT);
  },
};
