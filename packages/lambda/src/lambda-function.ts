import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFunctionAlarms } from "./alarms";
import { arnParts } from "./arn";
import { createDeadLetterQueue } from "./dead-letter-queue";
import { codeOf, placeOf } from "./function-code";
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
  /** Ids of subnets whose network it is in, for what is not on the public internet. @default none: no network of yours */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of its security groups there; must be given with `subnetIds`. */
  securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
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
    const code = { ...codeOf(args), ...placeOf(args) };

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

function createRole(
  name: string,
  args: LambdaFunctionArgs,
  { logs, deadLetterQueueArn }: { logs: aws.cloudwatch.LogGroup; deadLetterQueueArn: pulumi.Output<string> },
  parent: pulumi.Resource,
): { role: aws.iam.Role; grants: pulumi.Resource[] } {
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
  const grants: pulumi.Resource[] = Object.entries(policies).map(
    ([kind, policy]) => new aws.iam.RolePolicy(`${name}-${kind}`, { role: role.name, policy }, { parent }),
  );
  if (args.subnetIds !== undefined) grants.push(letIntoNetwork(name, role, parent));
  return { role, grants };
}

/** Lambda makes the network interfaces with the role's rights; AWS keeps the policy that says which it needs. */
function letIntoNetwork(name: string, role: aws.iam.Role, parent: pulumi.Resource): aws.iam.RolePolicyAttachment {
  const policyArn = role.arn.apply(
    (arn) => `arn:${arnParts(arn).partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole`,
  );
  return new aws.iam.RolePolicyAttachment(`${name}-network`, { role: role.name, policyArn }, { parent });
}
