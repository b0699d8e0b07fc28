import type * as aws from "@pulumi/aws";
import type { Target } from "@aws-sdk/client-eventbridge";
import { SettleError, unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";
import { ABSENT } from "./event-tags";

type Args = Plain<aws.cloudwatch.EventTargetArgs>;

const DEFAULT_BUS = "default";

function toTarget(inputs: Args): Target {
  const { inputTransformer, retryPolicy, deadLetterConfig, sqsTarget } = inputs;
  return {
    Id: inputs.targetId,
    Arn: inputs.arn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    RoleArn: inputs.roleArn,
    DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    ...(inputTransformer !== undefined && {
      InputTransformer: { InputPathsMap: inputTransformer.inputPaths, InputTemplate: inputTransformer.inputTemplate },
    }),
    ...(retryPolicy !== undefined && {
      RetryPolicy: {
        MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
        MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      },
    }),
    ...(sqsTarget?.messageGroupId && { SqsParameters: { MessageGroupId: sqsTarget.messageGroupId } }),
  };
}

/** Id as the official provider builds it; the bus is named unless it is the default one. */
const idOf = ({ rule, targetId, eventBusName = DEFAULT_BUS }: Args): string =>
  eventBusName === DEFAULT_BUS ? `${rule}-${targetId}` : `${eventBusName}-${rule}-${targetId}`;

/** Rule and target of a known state, or of an import's `bus/rule/target` or `rule/target`. */
function locate(id: string, known: Partial<Plain<aws.cloudwatch.EventTargetState>>) {
  const [targetId = "", rule = "", ...bus] = id.split("/").reverse();
  return {
    targetId: known.targetId ?? targetId,
    rule: known.rule ?? rule,
    eventBusName: known.eventBusName ?? (bus.length === 0 ? DEFAULT_BUS : bus.reverse().join("/")),
  };
}

/** Target of an EventBridge rule. Imported by `bus/rule/target`. */
export const eventTarget: ResourceType<aws.cloudwatch.EventTargetArgs, aws.cloudwatch.EventTargetState> = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: {
    arn: { required: true },
    deadLetterConfig: { fields: { arn: true } },
    eventBusName: { replaces: true, default: DEFAULT_BUS },
    forceDestroy: { carried: true, default: false },
    input: { kind: "json" },
    inputPath: {},
    inputTransformer: { fields: { inputPaths: true, inputTemplate: true } },
    retryPolicy: { fields: { maximumEventAgeInSeconds: true, maximumRetryAttempts: true } },
    roleArn: {},
    rule: { required: true, replaces: true },
    sqsTarget: { fields: { messageGroupId: true } },
    targetId: { replaces: true, computed: true },
  },
  outputs: [],
  autoName: { property: "targetId", maxLength: 64 },
  identity: ["eventBusName", "rule", "targetId"],

  async create({ clients }, inputs) {
    await put(await clients.events(), inputs);
    return idOf(inputs);
  },

  async read({ clients }, id, known) {
    const events = await clients.events();
    const { targetId, rule, eventBusName } = locate(id, known);
    const answer = await unlessAbsent(events.listTargetsByRule({ Rule: rule, EventBusName: eventBusName }), ABSENT);
    const found = answer?.Targets?.find(({ Id }) => Id === targetId);
    if (found === undefined) return undefined;
    const state = {
      arn: found.Arn ?? "",
      deadLetterConfig: found.DeadLetterConfig?.Arn ? { arn: found.DeadLetterConfig.Arn } : undefined,
      eventBusName,
      input: found.Input,
      inputPath: found.InputPath,
      inputTransformer: found.InputTransformer && {
        inputPaths: found.InputTransformer.InputPathsMap,
        inputTemplate: found.InputTransformer.InputTemplate ?? "",
      },
      retryPolicy: found.RetryPolicy && {
        maximumEventAgeInSeconds: found.RetryPolicy.MaximumEventAgeInSeconds,
        maximumRetryAttempts: found.RetryPolicy.MaximumRetryAttempts,
      },
      roleArn: found.RoleArn,
      rule,
      sqsTarget: found.SqsParameters && { messageGroupId: found.SqsParameters.MessageGroupId },
      targetId,
    };
    return { ...state, id: idOf(state) };
  },

  async update({ clients }, _id, { inputs }) {
    await put(await clients.events(), inputs);
  },

  async delete({ clients }, id, state) {
    const { targetId, rule, eventBusName } = locate(id, state);
    const events = await clients.events();
    await unlessAbsent(events.removeTargets({ Rule: rule, EventBusName: eventBusName, Ids: [targetId] }), ABSENT);
  },
};

async function put(events: { putTargets(input: object): Promise<PutResult> }, inputs: Args): Promise<void> {
  const Targets = [toTarget(inputs)];
  const answer = await events.putTargets({ Rule: inputs.rule, EventBusName: inputs.eventBusName, Targets });
  const [failed] = answer.FailedEntries ?? [];
  if (failed !== undefined)
    throw new SettleError(`target ${inputs.targetId}`, `was refused: ${failed.ErrorMessage ?? failed.ErrorCode}`);
}

interface PutResult {
  readonly FailedEntries?: readonly { ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[] | undefined;
}
