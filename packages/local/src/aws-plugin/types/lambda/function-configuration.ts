import type * as aws from "@pulumi/aws";
import type { FunctionConfiguration, UpdateFunctionConfigurationCommandInput } from "@aws-sdk/client-lambda";
import type { Context } from "../../context";
import type { Plain } from "../../plain";

type Args = Plain<aws.lambda.FunctionArgs>;
type State = Partial<Plain<aws.lambda.FunctionState>>;

/** Configuration of a function as AWS takes it; what is absent is emptied. */
export function configuration(inputs: Args): UpdateFunctionConfigurationCommandInput & { Role: string } {
  const { imageConfig: image, loggingConfig: logging, vpcConfig: vpc } = inputs;
  return {
    FunctionName: inputs.name,
    Description: inputs.description ?? "",
    DeadLetterConfig: { TargetArn: inputs.deadLetterConfig?.targetArn ?? "" },
    Environment: { Variables: inputs.environment?.variables ?? {} },
    Handler: inputs.handler,
    KMSKeyArn: inputs.kmsKeyArn ?? "",
    Layers: inputs.layers ?? [],
    MemorySize: inputs.memorySize,
    Role: inputs.role,
    Runtime: inputs.runtime as "nodejs24.x" | undefined,
    Timeout: inputs.timeout,
    ...(inputs.ephemeralStorage?.size !== undefined && { EphemeralStorage: { Size: inputs.ephemeralStorage.size } }),
    ...(inputs.tracingConfig !== undefined && { TracingConfig: { Mode: inputs.tracingConfig.mode as "Active" } }),
    ...(logging !== undefined && {
      LoggingConfig: {
        LogFormat: logging.logFormat as "JSON",
        LogGroup: logging.logGroup,
        ApplicationLogLevel: logging.applicationLogLevel as "INFO" | undefined,
        SystemLogLevel: logging.systemLogLevel as "INFO" | undefined,
      },
    }),
    ...(image !== undefined && {
      ImageConfig: { Command: image.commands, EntryPoint: image.entryPoints, WorkingDirectory: image.workingDirectory },
    }),
    ...(vpc !== undefined && { VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds } }),
  };
}

/** Configuration of a function as the state holds it. */
export function described(found: FunctionConfiguration): State {
  const logging = found.LoggingConfig;
  const vpc = found.VpcConfig;
  const image = found.ImageConfigResponse?.ImageConfig;
  return {
    arn: found.FunctionArn,
    name: found.FunctionName,
    architectures: found.Architectures ?? ["x86_64"],
    deadLetterConfig: found.DeadLetterConfig?.TargetArn ? { targetArn: found.DeadLetterConfig.TargetArn } : undefined,
    description: found.Description ?? "",
    environment: found.Environment?.Variables && { variables: found.Environment.Variables },
    ephemeralStorage: { size: found.EphemeralStorage?.Size ?? 512 },
    handler: found.Handler,
    imageConfig: image && {
      commands: image.Command,
      entryPoints: image.EntryPoint,
      workingDirectory: image.WorkingDirectory,
    },
    kmsKeyArn: found.KMSKeyArn ?? "",
    lastModified: found.LastModified,
    layers: found.Layers?.map(({ Arn = "" }) => Arn),
    loggingConfig: {
      logFormat: logging?.LogFormat ?? "Text",
      logGroup: logging?.LogGroup ?? `/aws/lambda/${found.FunctionName}`,
      applicationLogLevel: logging?.ApplicationLogLevel ?? "",
      systemLogLevel: logging?.SystemLogLevel ?? "",
    },
    memorySize: found.MemorySize,
    packageType: found.PackageType ?? "Zip",
    role: found.Role,
    runtime: found.Runtime,
    signingJobArn: "",
    signingProfileVersionArn: "",
    sourceCodeHash: found.CodeSha256,
    sourceCodeSize: found.CodeSize,
    timeout: found.Timeout,
    tracingConfig: { mode: found.TracingConfig?.Mode ?? "PassThrough" },
    version: found.Version,
    vpcConfig: vpc?.SubnetIds?.length
      ? { subnetIds: vpc.SubnetIds, securityGroupIds: vpc.SecurityGroupIds ?? [], vpcId: vpc.VpcId }
      : undefined,
  };
}

/** ARN by which API Gateway invokes a function. */
export function invokeArn({ partition, region }: Context, functionArn: string): string {
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}
