import type * as aws from "@pulumi/aws";
import type { PutRuleCommandInput } from "@aws-sdk/client-eventbridge";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { asReferred } from "../arns";
import { toTagList } from "../tags";
import { ABSENT, eventTags, updateEventTags } from "./event-tags";

type Args = Plain<aws.cloudwatch.EventRuleArgs>;

const DEFAULT_BUS = "default";

const request = (inputs: Args): PutRuleCommandInput => ({
  Name: inputs.name,
  EventBusName: inputs.eventBusName,
  Description: inputs.description,
  EventPattern: inputs.eventPattern,
  RoleArn: inputs.roleArn,
  ScheduleExpression: inputs.scheduleExpression,
  State: (inputs.state ?? "ENABLED") as "ENABLED",
});

/** A rule of the default bus is named alone, one of another bus by `bus/rule`. */
export function parseRuleId(id: string): { Name: string; EventBusName: string } {
  const slash = id.lastIndexOf("/");
  return slash < 0
    ? { Name: id, EventBusName: DEFAULT_BUS }
    : { Name: id.slice(slash + 1), EventBusName: id.slice(0, slash) };
}

/** EventBridge rule. Id: its name, after `bus/` when it is on another bus than the default one. */
export const eventRule: ResourceType<aws.cloudwatch.EventRuleArgs, aws.cloudwatch.EventRuleState> = {
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: {
    description: {},
    eventBusName: { replaces: true, default: DEFAULT_BUS },
    eventPattern: { kind: "json" },
    forceDestroy: { carried: true, default: false },
    name: { replaces: true, computed: true },
    namePrefix: { replaces: true, carried: true },
    roleArn: {},
    scheduleExpression: {},
    state: { computed: true },
    tags: { kind: "map" },
  },
  outputs: ["arn", "tagsAll"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name", "eventBusName"],

  async create({ clients }, inputs) {
    await (await clients.events()).putRule({ ...request(inputs), Tags: toTagList(inputs.tags) });
    const { name, eventBusName = DEFAULT_BUS } = inputs;
    return eventBusName === DEFAULT_BUS ? String(name) : `${eventBusName}/${name}`;
  },

  async read({ clients }, id, known) {
    const events = await clients.events();
    const found = await unlessAbsent(events.describeRule(parseRuleId(id)), ABSENT);
    if (found === undefined) return undefined;
    return {
      arn: found.Arn,
      name: found.Name,
      description: found.Description,
      eventBusName: asReferred(known.eventBusName, found.EventBusName ?? DEFAULT_BUS),
      eventPattern: found.EventPattern,
      roleArn: found.RoleArn,
      scheduleExpression: found.ScheduleExpression,
      state: found.State,
      tags: await eventTags(events, found.Arn),
    };
  },

  async update({ clients }, id, change) {
    const events = await clients.events();
    await events.putRule({ ...request(change.inputs), ...parseRuleId(id) });
    await updateEventTags(events, change.state.arn, change);
  },

  async delete({ clients }, id, { forceDestroy }) {
    const events = await clients.events();
    const rule = parseRuleId(id);
    if (forceDestroy === true) {
      const found = await unlessAbsent(
        events.listTargetsByRule({ Rule: rule.Name, EventBusName: rule.EventBusName }),
        ABSENT,
      );
      const Ids = (found?.Targets ?? []).map(({ Id = "" }) => Id);
      if (Ids.length > 0) await events.removeTargets({ Rule: rule.Name, EventBusName: rule.EventBusName, Ids });
    }
    await unlessAbsent(events.deleteRule(rule), ABSENT);
  },
};
