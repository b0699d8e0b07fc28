import type * as aws from "@pulumi/aws";
import type { EventSourceMappingConfiguration, Lambda } from "@aws-sdk/client-lambda";
import type { Context } from "../../context";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { asReferred } from "../arns";
import { poll } from "../poll";

type Args = Plain<aws.lambda.EventSourceMappingArgs>;

const ABSENT = "ResourceNotFoundException";

const request = (inputs: Args) => ({
  FunctionName: inputs.functionName,
  BatchSize: inputs.batchSize,
  BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
  Enabled: inputs.enabled,
  FilterCriteria: { Filters: inputs.filterCriteria?.filters?.map(({ pattern }) => ({ Pattern: pattern })) ?? [] },
  FunctionResponseTypes: (inputs.functionResponseTypes ?? []) as ["ReportBatchItemFailures"],
  MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
  MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
  MaximumRetryAttempts: inputs.maximumRetryAttempts,
  ...(inputs.scalingConfig !== undefined && {
    ScalingConfig: { MaximumConcurrency: inputs.scalingConfig.maximumConcurrency },
  }),
  ...(inputs.destinationConfig?.onFailure !== undefined && {
    DestinationConfig: { OnFailure: { Destination: inputs.destinationConfig.onFailure.destinationArn } },
  }),
});

async function find(lambda: Lambda, UUID: string): Promise<EventSourceMappingConfiguration | undefined> {
  const found = await unlessAbsent(lambda.getEventSourceMapping({ UUID }), ABSENT);
  return found?.State === "Deleting" ? undefined : found;
}

async function untilSettled(context: Context, UUID: string): Promise<void> {
  const lambda = await context.clients.lambda();
  let state = "";
  const ask = async (): Promise<true | undefined> => {
    state = (await find(lambda, UUID))?.State ?? "";
    return ["Enabled", "Disabled"].includes(state) ? true : undefined;
  };
  const patience = { subject: `mapping ${UUID}`, intervalMilliseconds: 200, timeoutSeconds: 10 * 60 };
  await poll(context, patience, ask, () => `it is ${state}`);
}

/** What feeds a Lambda function from a queue or stream. Id: its UUID. */
export const eventSourceMapping: ResourceType<aws.lambda.EventSourceMappingArgs, aws.lambda.EventSourceMappingState> = {
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: {
    batchSize: { computed: true },
    bisectBatchOnFunctionError: {},
    destinationConfig: { fields: { onFailure: { destinationArn: true } } },
    enabled: { default: true },
    eventSourceArn: { replaces: true },
    filterCriteria: { fields: { filters: { pattern: true } } },
    functionName: { required: true },
    functionResponseTypes: {},
    maximumBatchingWindowInSeconds: { computed: true },
    maximumRecordAgeInSeconds: { computed: true },
    maximumRetryAttempts: { computed: true },
    scalingConfig: { fields: { maximumConcurrency: true } },
    startingPosition: { replaces: true },
    tags: { kind: "map" },
  },
  outputs: [
    "arn",
    "functionArn",
    "lastModified",
    "lastProcessingResult",
    "state",
    "stateTransitionReason",
    "tagsAll",
    "uuid",
  ],
  volatile: ["functionArn", "lastModified", "state", "stateTransitionReason"],
  identity: ["eventSourceArn", "functionName"],

  async create({ clients }, inputs) {
    const { UUID } = await (
      await clients.lambda()
    ).createEventSourceMapping({
      ...request(inputs),
      EventSourceArn: inputs.eventSourceArn,
      StartingPosition: inputs.startingPosition as "LATEST" | undefined,
      Tags: inputs.tags,
    });
    return UUID ?? "";
  },

  async settle(context, id) {
    await untilSettled(context, id);
  },

  async read({ clients }, id, known) {
    const lambda = await clients.lambda();
    const found = await find(lambda, id);
    if (found === undefined) return undefined;
    const { Tags } = await lambda.listTags({ Resource: found.EventSourceMappingArn });
    const destinationArn = found.DestinationConfig?.OnFailure?.Destination;
    return {
      arn: found.EventSourceMappingArn,
      uuid: found.UUID,
      batchSize: found.BatchSize,
      bisectBatchOnFunctionError: found.BisectBatchOnFunctionError ?? false,
      destinationConfig: destinationArn ? { onFailure: { destinationArn } } : undefined,
      enabled: !["Disabled", "Disabling"].includes(found.State ?? ""),
      eventSourceArn: found.EventSourceArn,
      filterCriteria: { filters: found.FilterCriteria?.Filters?.map(({ Pattern = "" }) => ({ pattern: Pattern })) },
      functionArn: found.FunctionArn,
      functionName: asReferred(known.functionName, found.FunctionArn),
      functionResponseTypes: found.FunctionResponseTypes,
      lastModified: found.LastModified === undefined ? "" : new Date(found.LastModified).toISOString(),
      lastProcessingResult: found.LastProcessingResult ?? "",
      maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
      maximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds,
      maximumRetryAttempts: found.MaximumRetryAttempts,
      scalingConfig: found.ScalingConfig && { maximumConcurrency: found.ScalingConfig.MaximumConcurrency },
      startingPosition: found.StartingPosition,
      state: found.State,
      stateTransitionReason: found.StateTransitionReason ?? "",
      tags: fromTagMap(Tags),
    };
  },

  async update(context, id, change) {
    const lambda = await context.clients.lambda();
    await lambda.updateEventSourceMapping({ UUID: id, ...request(change.inputs) });
    await untilSettled(context, id);
    const Resource = change.state.arn;
    await applyTags(
      change,
      (Tags) => lambda.tagResource({ Resource, Tags }),
      (TagKeys) => lambda.untagResource({ Resource, TagKeys }),
    );
  },

  async delete(context, id) {
    const lambda = await context.clients.lambda();
    await unlessAbsent(lambda.deleteEventSourceMapping({ UUID: id }), ABSENT);
    const patience = { subject: `mapping ${id}`, intervalMilliseconds: 200, timeoutSeconds: 10 * 60 };
    await poll(context, patience, async () => ((await find(lambda, id)) === undefined ? true : undefined));
  },
};
