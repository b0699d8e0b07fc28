import type * as aws from "@pulumi/aws";
import { unlessAbsent } from "../../errors";
import type { ResourceType } from "../../resource-type";
import { applyTags, fromTagMap } from "../tags";
import { configuration, described, invokeArn } from "./function-configuration";
import { functionCode, untilUpdated } from "./function-code";

const ABSENT = "ResourceNotFoundException";
const CONFIGURATION_INPUTS = [
  "deadLetterConfig",
  "description",
  "environment",
  "ephemeralStorage",
  "handler",
  "imageConfig",
  "kmsKeyArn",
  "layers",
  "loggingConfig",
  "memorySize",
  "role",
  "runtime",
  "timeout",
  "tracingConfig",
  "vpcConfig",
] as const;

/** Lambda function. Id: its name. */
export const lambdaFunction: ResourceType<aws.lambda.FunctionArgs, aws.lambda.FunctionState> = {
  token: "aws:lambda/function:Function",
  inputs: {
    architectures: { computed: true },
    code: { carried: true, kind: "archive" },
    deadLetterConfig: { fields: { targetArn: true } },
    description: {},
    environment: { fields: { variables: true } },
    ephemeralStorage: { computed: true, fields: { size: true } },
    handler: {},
    imageConfig: { fields: { commands: true, entryPoints: true, workingDirectory: true } },
    imageUri: {},
    kmsKeyArn: {},
    layers: { kind: "list" },
    loggingConfig: {
      computed: true,
      fields: { applicationLogLevel: true, logFormat: true, logGroup: true, systemLogLevel: true },
    },
    memorySize: { default: 128 },
    name: { replaces: true, computed: true },
    packageType: { replaces: true, default: "Zip" },
    publish: { carried: true, default: false },
    reservedConcurrentExecutions: { default: -1 },
    role: { required: true },
    runtime: {},
    skipDestroy: { carried: true, default: false },
    sourceCodeHash: { carried: true, computed: true },
    tags: { kind: "map" },
    timeout: { default: 3 },
    tracingConfig: { computed: true, fields: { mode: true } },
    vpcConfig: { fields: { securityGroupIds: true, subnetIds: true } },
  },
  outputs: [
    "arn",
    "invokeArn",
    "lastModified",
    "qualifiedArn",
    "qualifiedInvokeArn",
    "responseStreamingInvokeArn",
    "signingJobArn",
    "signingProfileVersionArn",
    "sourceCodeSize",
    "tagsAll",
    "version",
  ],
  volatile: ["lastModified", "qualifiedArn", "qualifiedInvokeArn", "sourceCodeSize", "version"],
  autoName: { property: "name", maxLength: 64 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const lambda = await clients.lambda();
    await lambda.createFunction({
      ...configuration(inputs),
      Architectures: inputs.architectures as ["x86_64"] | undefined,
      Code: await functionCode(inputs),
      PackageType: inputs.packageType as "Zip",
      Publish: inputs.publish,
      Tags: inputs.tags,
    });
    return String(inputs.name);
  },

  async settle(context, id, { reservedConcurrentExecutions: reserved = -1 }) {
    const lambda = await context.clients.lambda();
    await untilUpdated(context, lambda, id);
    if (reserved < 0) return;
    await lambda.putFunctionConcurrency({ FunctionName: id, ReservedConcurrentExecutions: reserved });
  },

  async read(context, id) {
    const lambda = await context.clients.lambda();
    const found = await unlessAbsent(lambda.getFunction({ FunctionName: id }), ABSENT);
    if (found?.Configuration === undefined) return undefined;
    const arn = found.Configuration.FunctionArn ?? "";
    const version = found.Configuration.Version ?? "$LATEST";
    return {
      ...described(found.Configuration),
      imageUri: found.Code?.ImageUri,
      invokeArn: invokeArn(context, arn),
      qualifiedArn: `${arn}:${version}`,
      qualifiedInvokeArn: invokeArn(context, `${arn}:${version}`),
      responseStreamingInvokeArn: invokeArn(context, arn).replace("/invocations", "/response-streaming-invocations"),
      reservedConcurrentExecutions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
      tags: fromTagMap(found.Tags),
    };
  },

  async update(context, id, change) {
    const lambda = await context.clients.lambda();
    const { inputs } = change;
    if (change.changed(...CONFIGURATION_INPUTS)) {
      await lambda.updateFunctionConfiguration(configuration(inputs));
      await untilUpdated(context, lambda, id);
    }
    if (change.changed("code", "imageUri", "sourceCodeHash", "architectures")) {
      const Architectures = inputs.architectures as ["x86_64"] | undefined;
      const Publish = inputs.publish;
      await lambda.updateFunctionCode({ FunctionName: id, ...(await functionCode(inputs)), Architectures, Publish });
      await untilUpdated(context, lambda, id);
    }
    if (change.changed("reservedConcurrentExecutions")) {
      const { reservedConcurrentExecutions: reserved = -1 } = inputs;
      await (reserved < 0
        ? lambda.deleteFunctionConcurrency({ FunctionName: id })
        : lambda.putFunctionConcurrency({ FunctionName: id, ReservedConcurrentExecutions: reserved }));
    }
    const Resource = change.state.arn;
    await applyTags(
      change,
      (Tags) => lambda.tagResource({ Resource, Tags }),
      (TagKeys) => lambda.untagResource({ Resource, TagKeys }),
    );
  },

  async delete({ clients }, id, { skipDestroy }) {
    if (skipDestroy === true) return;
    await unlessAbsent((await clients.lambda()).deleteFunction({ FunctionName: id }), ABSENT);
  },
};
