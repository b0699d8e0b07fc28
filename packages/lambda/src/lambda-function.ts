import { isAbsolute } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { createFunctionAlarms } from "./alarms";
import { createDeadLetterQueue } from "./dead-letter-queue";
import { runFunction, trustService } from "./policies";

/** Arguments of {@link LambdaFunction}. */
export interface LambdaFunctionArgs {
  /** Absolute path of the folder that holds the bundle, `index.js` exporting `handler`. */
  bundle: string;
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
  /** @default "nodejs24.x" */
  runtime?: pulumi.Input<string>;
  /** Days. @default 30 */
  logRetentionDays?: pulumi.Input<number>;
  /** ARN of a queue for events that an asynchronous invocation failed on. @default a queue of its own, with alarms */
  failedEventsQueueArn?: pulumi.Input<string>;
  /** ARNs, e.g. of SNS topics, that its alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A Lambda function from a bundle on disk, with its role, log group, dead letter queue and alarms.
 *
 * Creates: role and its policies, log group, queue for events that an asynchronous invocation failed on (encrypted, TLS
 * only, 14 days), the function, and alarms on errors, throttles, and depth and age of the queue.
 *
 * @example
 * new LambdaFunction("resize", { bundle: path.resolve(__dirname, "lambda", "resize") });
 *
 * @throws InvalidInputError when `bundle` is not absolute: inline programs of the Automation API run in a temporary folder.
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
    if (!isAbsolute(args.bundle)) {
      throw new InvalidInputError("bundle", `${args.bundle} is not absolute`, "use path.resolve(__dirname, ...)");
    }

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
        runtime: args.runtime ?? "nodejs24.x",
        handler: "index.handler",
        code: new pulumi.asset.FileArchive(args.bundle),
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
