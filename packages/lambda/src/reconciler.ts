import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { createAlarm } from "./alarms";
import { arnParts } from "./arn";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function";
import { runSchedule, trustScheduler } from "./policies";

/** Arguments of {@link Reconciler}: those of its function, and how often it runs. */
export interface ReconcilerArgs extends LambdaFunctionArgs {
  /** Minutes between two runs, 1 to 720. */
  everyMinutes: number;
}

/** An alarm looks back one day at most, and it looks at two intervals. */
const LONGEST_INTERVAL_MINUTES = 720;

/**
 * A Lambda function that runs on a schedule, with an alarm for when it fails and another for when it does not run.
 *
 * Creates: a LambdaFunction, an EventBridge schedule with its role, and an alarm that goes off when two
 * intervals pass without an invocation. Invocations that never reach the function go to the function's dead letter
 * queue.
 *
 * @example
 * new Reconciler("drift", { bundle: path.resolve(__dirname, "lambda", "detect-drift"), everyMinutes: 15 });
 *
 * @throws InvalidInputError when `everyMinutes` is not a whole number of minutes between 1 and 720.
 */
export class Reconciler extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  /** ARN of the queue with the runs that failed. */
  readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: ReconcilerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda:index:Reconciler", name, args, opts);
    const { everyMinutes, ...functionArgs } = args;
    if (!Number.isInteger(everyMinutes) || everyMinutes < 1 || everyMinutes > LONGEST_INTERVAL_MINUTES) {
      throw new InvalidInputError("everyMinutes", `${everyMinutes} is not between 1 and ${LONGEST_INTERVAL_MINUTES}`);
    }

    const lambda = new LambdaFunction(`${name}-function`, functionArgs, { parent: this });
    createSchedule(name, lambda, everyMinutes, this);
    createAlarm(
      `${name}-has-not-run`,
      {
        description: `${name}: no run for two intervals of ${everyMinutes} min; is its schedule enabled?`,
        namespace: "AWS/Lambda",
        metricName: "Invocations",
        dimensions: { FunctionName: lambda.functionName },
        statistic: "Sum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: everyMinutes * 60,
        evaluationPeriods: 2,
        treatMissingData: "breaching",
        actions: args.alarmActions,
      },
      this,
    );

    this.functionArn = lambda.functionArn;
    this.functionName = lambda.functionName;
    this.roleArn = lambda.roleArn;
    this.deadLetterQueueArn = lambda.deadLetterQueueArn;
    this.registerOutputs({
      functionArn: this.functionArn,
      functionName: this.functionName,
      roleArn: this.roleArn,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }
}

function createSchedule(name: string, lambda: LambdaFunction, everyMinutes: number, parent: pulumi.Resource): void {
  const role = new aws.iam.Role(
    `${name}-schedule-role`,
    { assumeRolePolicy: lambda.functionArn.apply((arn) => JSON.stringify(trustScheduler(arnParts(arn)))) },
    { parent },
  );
  const grant = new aws.iam.RolePolicy(
    `${name}-schedule-run`,
    {
      role: role.name,
      policy: pulumi
        .all([lambda.functionArn, lambda.deadLetterQueueArn])
        .apply(([target, queue]) => JSON.stringify(runSchedule(target, queue))),
    },
    { parent },
  );
  new aws.scheduler.Schedule(
    `${name}-schedule`,
    {
      // EventBridge wants the singular for one.
      scheduleExpression: everyMinutes === 1 ? "rate(1 minute)" : `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: lambda.functionArn, roleArn: role.arn, deadLetterConfig: { arn: lambda.deadLetterQueueArn } },
    },
    { parent, dependsOn: grant },
  );
}
