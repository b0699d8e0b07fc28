import { isAbsolute } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { createFunctionAlarms } from "./alarms";
import { createDeadLetterQueue } from "./dead-letter-queue";
import { runFunction, trustService } from "./policies";

/** Arguments of {@link LambdaFunction}. */
export interface LambdaFunctionArgs {
  /** Absolute path of the folder that holds the bundle, `index.js` exporting `handler`. @default none: see `imageUri` */
  bundle?: string;
  /** URI in ECR of a container image that holds the function, in place of a bundle. @default none: a bundle */
  imageUri?: pulumi.Input<string>;
  /** What the image runs, e.g. `resize/index.handler`. @default the image's own command */
  imageCommand?: pulumi.Input<string>;
  /** ARNs of layers, for a bundle only; an image holds all it needs. @default none */
  layerArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** `x86_64` or `arm64`: what image and layers are made for. @default "x86_64" */
  architecture?: pulumi.Input<string>;
  /** What the function is for, in one sentence. */
  description?: pulumi.Input<string>;
  /** Environment variables. Everyone who may see the function sees them: no secrets. @default none */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** IAM policy document (JSON) of what the function may do beside logging. @default nothing */
  policy?: pulumi.Input<string>;
  /** Physical name of the function, when others must know it. @default chosen by Pulumi */
  name?: pulumi.Input<string>;
  /** Physical name of the role, when another account must know it. @default chosen by Pulumi */
  roleName?: pulumi.Input<string>;
  /** Seconds. @default 30 */
  timeoutSeconds?: pulumi.Input<number>;
  /** MiB; the share of a CPU grows with it. @default 256 */
  memoryMegabytes?: pulumi.Input<number>;
  /** MiB of `/tmp`, 512 to 10240. @default 512 */
  ephemeralStorageMegabytes?: pulumi.Input<number>;
  /** Of a bundle; an image has its own. @default "nodejs24.x" */
  runtime?: pulumi.Input<string>;
  /** Days. @default 30 */
  logRetentionDays?: pulumi.Input<number>;
  /** ARN of a queue for events that an asynchronous invocation failed on. @default a queue of its own, with alarms */
  failedEventsQueueArn?: pulumi.Input<string>;
  /** ARNs, e.g. of SNS topics, that its alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A Lambda function from a bundle on disk or a container image, with its role, log group, dead letter queue and alarms.
 *
 * Creates: role and its policies, log group, queue for events that an asynchronous invocation failed on (encrypted, TLS
 * only, 14 days), the function, and alarms on errors, throttles, and depth and age of the queue.
 *
 * @example
 * new LambdaFunction("resize", { bundle: path.resolve(__dirname, "lambda", "resize") });
 *
 * @throws InvalidInputError when there is not exactly one of `bundle` and `imageUri`, or when `bundle` is not absolute: inline
 *   programs of the Automation API run in a temporary folder.
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** ARN of the queue with the events that it failed on. */
  readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda:index:LambdaFunction", name, args, opts);
    const code = codeOf(args);

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { retentionInDays: args.logRetentionDays ?? 30 },
      { parent: this },
    );
    this.deadLetterQueueArn = pulumi.output(
      args.failedEventsQueueArn ?? createDeadLetterQueue(`${name}-dead-letters`, args, this).arn,
    );
    const { role, grants } = createRole(name, args, { logs, deadLetterQueueArn: this.deadLetterQueueArn }, this);
    const lambda = new aws.lambda.Function(
      name,
      {
        ...(args.name === undefined ? {} : { name: args.name }),
        ...(args.description === undefined ? {} : { description: args.description }),
        role: role.arn,
        ...code,
        ...(args.architecture === undefined ? {} : { architectures: [args.architecture] }),
        ...(args.ephemeralStorageMegabytes === undefined
          ? {}
          : { ephemeralStorage: { size: args.ephemeralStorageMegabytes } }),
        timeout: args.timeoutSeconds ?? 30,
        memorySize: args.memoryMegabytes ?? 256,
        environment: { variables: args.environment ?? {} },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
        deadLetterConfig: { targetArn: this.deadLetterQueueArn },
      },
      // A function whose first event comes before its rights would fail on it.
      { parent: this, dependsOn: grants },
    );
    createFunctionAlarms(name, lambda.name, args.alarmActions, this);

    this.functionArn = lambda.arn;
    this.functionName = lambda.name;
    this.roleArn = role.arn;
    this.logGroupName = logs.name;
    this.registerOutputs({
      functionArn: this.functionArn,
      functionName: this.functionName,
      roleArn: this.roleArn,
      logGroupName: this.logGroupName,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }
}

/** What the function runs. @throws InvalidInputError */
function codeOf(args: LambdaFunctionArgs): Partial<aws.lambda.FunctionArgs> {
  const { bundle, imageUri, imageCommand, layerArns } = args;
  if (imageUri !== undefined) {
    if (bundle !== undefined) throw new InvalidInputError("bundle", "is given, and so is imageUri", "give one of them");
    if (layerArns !== undefined) throw new InvalidInputError("layerArns", "is given, but an image takes no layers");
    return {
      packageType: "Image",
      imageUri,
      ...(imageCommand === undefined ? {} : { imageConfig: { commands: [imageCommand] } }),
    };
  }
  if (bundle === undefined) throw new InvalidInputError("bundle", "is not given, and neither is imageUri");
  if (!isAbsolute(bundle)) {
    throw new InvalidInputError("bundle", `${bundle} is not absolute`, "use path.resolve(__dirname, ...)");
  }
  if (imageCommand !== undefined) throw new InvalidInputError("imageCommand", "is given, but imageUri is not");
  return {
    runtime: args.runtime ?? "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.FileArchive(bundle),
    ...(layerArns === undefined ? {} : { layers: layerArns }),
  };
}

function createRole(
  name: string,
  args: LambdaFunctionArgs,
  { logs, deadLetterQueueArn }: { logs: aws.cloudwatch.LogGroup; deadLetterQueueArn: pulumi.Output<string> },
  parent: pulumi.Resource,
): { role: aws.iam.Role; grants: aws.iam.RolePolicy[] } {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      ...(args.roleName === undefined ? {} : { name: args.roleName }),
      assumeRolePolicy: JSON.stringify(trustService("lambda.amazonaws.com")),
    },
    { parent },
  );
  const run = pulumi
    .all([logs.arn, deadLetterQueueArn])
    .apply(([log, queue]) => JSON.stringify(runFunction(log, queue)));
  const policies = { run, ...(args.policy === undefined ? {} : { grants: args.policy }) };
  const grants = Object.entries(policies).map(
    ([kind, policy]) => new aws.iam.RolePolicy(`${name}-${kind}`, { role: role.name, policy }, { parent }),
  );
  return { role, grants };
}
