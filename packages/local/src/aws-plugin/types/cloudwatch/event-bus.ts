import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { toTagList } from "../tags";
import { ABSENT, eventTags, updateEventTags } from "./event-tags";

/** EventBridge bus. Id: its name. */
export const eventBus: ResourceType<aws.cloudwatch.EventBusArgs, aws.cloudwatch.EventBusState> = {
  token: "aws:cloudwatch/eventBus:EventBus",
  inputs: {
    deadLetterConfig: { fields: { arn: true } },
    description: {},
    kmsKeyIdentifier: {},
    name: { replaces: true, computed: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "tagsAll"],
  autoName: { property: "name", maxLength: 256 },
  identity: ["name"],

  async create({ clients }, { name, description, deadLetterConfig, kmsKeyIdentifier, tags }) {
    await (
      await clients.events()
    ).createEventBus({
      Name: name,
      Description: description,
      DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
      KmsKeyIdentifier: kmsKeyIdentifier,
      Tags: toTagList(tags),
    });
    return String(name);
  },

  async read({ clients }, id) {
    const events = await clients.events();
    const found = await unlessAbsent(events.describeEventBus({ Name: id }), ABSENT);
    if (found === undefined) return undefined;
    return {
      arn: found.Arn,
      name: found.Name,
      description: found.Description,
      deadLetterConfig: found.DeadLetterConfig?.Arn ? { arn: found.DeadLetterConfig.Arn } : undefined,
      kmsKeyIdentifier: found.KmsKeyIdentifier,
      tags: await eventTags(events, found.Arn),
    };
  },

  async update({ clients }, id, change) {
    const events = await clients.events();
    const { description, deadLetterConfig, kmsKeyIdentifier } = change.inputs;
    if (change.changed("description", "deadLetterConfig", "kmsKeyIdentifier")) {
      await events.updateEventBus({
        Name: id,
        Description: description ?? "",
        DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
        KmsKeyIdentifier: kmsKeyIdentifier,
      });
    }
    await updateEventTags(events, change.state.arn, change);
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.events()).deleteEventBus({ Name: id }), ABSENT);
  },
};
