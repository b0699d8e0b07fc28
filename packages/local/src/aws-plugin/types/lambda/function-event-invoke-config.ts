import type * as aws from "@pulumi/aws";
import type { PutFunctionEventInvokeConfigCommandInput } from "@aws-sdk/client-lambda";
import { unlessAbsent } from "../../errors";
import type { Plain } from "../../plain";
import type { ResourceType } from "../../resource-type";

const ABSENT = "ResourceNotFoundException";
/** What Lambda reports when nobody chose. */
const UNCHOSEN_AGE_SECONDS = 21_600;

function request(inputs: Plain<aws.lambda.FunctionEventInvokeConfigArgs>): PutFunctionEventInvokeConfigCommandInput {
  const { onFailure, onSuccess } = inputs.destinationConfig ?? {};
  return {
    FunctionName: inputs.functionName,
    Qualifier: inputs.qualifier,
    MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    DestinationConfig: {
      OnFailure: onFailure && { Destination: onFailure.destination },
      OnSuccess: onSuccess && { Destination: onSuccess.destination },
    },
  };
}

/** Function by name or ARN, with the qualifier after it. */
function parseId(id: string): { FunctionName: string; Qualifier: string | undefined } {
  const match = /^(?<name>(arn:(?:[^:]*:){5}[^:]+:[^:]+|[^:]+))(:(?<qualifier>.+))?$/.exec(id);
  return { FunctionName: match?.groups?.["name"] ?? id, Qualifier: match?.groups?.["qualifier"] };
}

/** How Lambda handles failed asynchronous invocations. Id: function, then `:qualifier` if there is one. */
export const functionEventInvokeConfig: ResourceType<
  aws.lambda.FunctionEventInvokeConfigArgs,
  aws.lambda.FunctionEventInvokeConfigState
> = {
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  inputs: {
    destinationConfig: { fields: { onFailure: { destination: true }, onSuccess: { destination: true } } },
    functionName: { required: true, replaces: true },
    maximumEventAgeInSeconds: {},
    maximumRetryAttempts: { default: 2 },
    qualifier: { replaces: true },
  },
  outputs: [],

  async create({ clients }, inputs) {
    await (await clients.lambda()).putFunctionEventInvokeConfig(request(inputs));
    return inputs.qualifier ? `${inputs.functionName}:${inputs.qualifier}` : inputs.functionName;
  },

  async read({ clients }, id, known) {
    const { FunctionName, Qualifier } = parseId(id);
    const lambda = await clients.lambda();
    const found = await unlessAbsent(lambda.getFunctionEventInvokeConfig({ FunctionName, Qualifier }), ABSENT);
    if (found === undefined) return undefined;
    const { OnFailure, OnSuccess } = found.DestinationConfig ?? {};
    const age = found.MaximumEventAgeInSeconds;
    return {
      functionName: FunctionName,
      qualifier: Qualifier,
      maximumEventAgeInSeconds: age === UNCHOSEN_AGE_SECONDS ? known.maximumEventAgeInSeconds : age,
      maximumRetryAttempts: found.MaximumRetryAttempts ?? 2,
      destinationConfig: {
        onFailure: OnFailure?.Destination ? { destination: OnFailure.Destination } : undefined,
        onSuccess: OnSuccess?.Destination ? { destination: OnSuccess.Destination } : undefined,
      },
    };
  },

  async update({ clients }, _id, { inputs }) {
    await (await clients.lambda()).putFunctionEventInvokeConfig(request(inputs));
  },

  async delete({ clients }, id) {
    await unlessAbsent((await clients.lambda()).deleteFunctionEventInvokeConfig(parseId(id)), ABSENT);
  },
};
