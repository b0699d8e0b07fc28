import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { createBacklogAlarm } from "./alarms";
import { createDeadLetterQueue } from "./dead-letter-queue";
import { LambdaFunction, type LambdaFunctionArgs } from "./lambda-function";
import { consumeQueue, receiveFrom } from "./policies";

/** Arguments of {@link QueueConsumer}: those of its function, and how it is fed. */
export interface QueueConsumerArgs extends LambdaFunctionArgs {
  /** Physical name of the queue, when another account must know it. @default chosen by Pulumi */
  queueName?: pulumi.Input<string>;
  /** Environment variable that tells the function the queue's URL. @default none */
  queueUrlVariable?: string;
  /** ARNs of SNS topics that may send to the queue. @default none: only who is granted `sqs:SendMessage` */
  topicArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs of EventBridge rules that may send to the queue. @default none */
  ruleArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs of buckets of this account that may send to the queue. @default none */
  bucketArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Messages that one invocation gets at most, 1 to 10000. @default 10 */
  batchSize?: number;
  /** Seconds that Lambda waits for a batch to fill, 0 to 300. @default 0, or 1 where AWS insists: for more than 10 messages */
  batchingWindowSeconds?: number;
  /** Receives after which a message goes to the dead letters, 1 to 1000. @default 5 */
  maxReceives?: number;
  /** Batches at once, 2 to 1000. @default as many as the account's concurrency allows */
  maxConcurrency?: number;
  /** Minutes that a message may wait before an alarm goes off. @default 60 */
  backlogMinutes?: number;
}

const DEFAULT_BATCH_SIZE = 10;
const DEFAULT_MAX_RECEIVES = 5;
const DEFAULT_BACKLOG_MINUTES = 60;
const DEFAULT_TIMEOUT_SECONDS = 30;
/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_TIMEOUTS = 6;

/** What the numbers of a consumer may be. */
const LIMITS = {
  batchSize: [1, 10_000],
  batchingWindowSeconds: [0, 300],
  maxReceives: [1, 1000],
  maxConcurrency: [2, 1000],
  backlogMinutes: [1, 20_160],
} as const;

/**
 * A queue, the Lambda function that works on its messages, and a place for those that it cannot.
 *
 * Creates: a queue (encrypted, TLS only), a dead letter queue (14 days) that takes letters of this queue only, a
 * LambdaFunction, the mapping that feeds it, and alarms on dead letters and on messages that wait. The handler
 * answers with `batchItemFailures`: a message that fails keeps the others of its batch from being received again.
 *
 * @example
 * new QueueConsumer("orders", { bundle: path.resolve(__dirname, "lambda", "take-order"), topicArns: [topic.arn] });
 *
 * @throws InvalidInputError naming the argument that is out of range.
 */
export class QueueConsumer extends pulumi.ComponentResource {
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  /** ARN of the queue with the messages that were given up. */
  readonly deadLetterQueueArn: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: QueueConsumerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda:index:QueueConsumer", name, args, opts);
    const fed = createFedQueue(name, args, this);
    const environment =
      args.queueUrlVariable === undefined
        ? {}
        : {
            environment: pulumi
              .all([args.environment ?? {}, fed.queue.url])
              .apply(([given, url]) => ({ ...given, [String(args.queueUrlVariable)]: url })),
          };
    const lambda = consumeFedQueue(name, fed, { ...args, ...environment }, this);

    this.queueArn = fed.queue.arn;
    this.queueUrl = fed.queue.url;
    this.deadLetterQueueArn = fed.deadLetters.arn;
    this.deadLetterQueueUrl = fed.deadLetters.url;
    this.functionArn = lambda.functionArn;
    this.functionName = lambda.functionName;
    this.roleArn = lambda.roleArn;
    this.registerOutputs({
      queueArn: this.queueArn,
      queueUrl: this.queueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      functionArn: this.functionArn,
      functionName: this.functionName,
      roleArn: this.roleArn,
    });
  }
}

/** A queue, and the one for the messages of it that were given up. */
export interface FedQueue {
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
  /** For what needs it in place: S3 tries a queue out when it is told of it. */
  readonly policy: aws.sqs.QueuePolicy;
}

/** What a queue is made of: all but the function of its consumer, which may be something else. */
export type FedQueueArgs = Omit<QueueConsumerArgs, "bundle" | "imageUri">;

/**
 * Creates the queue of a consumer without its function, for functions that must know each other's queues (a function can
 * only be told of what was made before it) and for consumers that are no functions.
 *
 * @throws InvalidInputError naming the argument that is out of range.
 */
export function createFedQueue(name: string, args: FedQueueArgs, parent: pulumi.Resource): FedQueue {
  const { batchSize, batchingWindowSeconds, maxReceives, maxConcurrency, backlogMinutes } = args;
  checkLimits({ batchSize, batchingWindowSeconds, maxReceives, maxConcurrency, backlogMinutes });
  const deadLetters = createDeadLetterQueue(`${name}-dead-letters`, args, parent);
  const { queue, policy } = createQueue(name, args, { deadLetters, window: batchOf(args).window }, parent);
  createBacklogAlarm(
    `${name}-backlog`,
    queue.name,
    { minutes: backlogMinutes ?? DEFAULT_BACKLOG_MINUTES, actions: args.alarmActions },
    parent,
  );
  return { queue, deadLetters, policy };
}

/** Creates the function that works on a queue, with the right to and the mapping that feeds it. */
export function consumeFedQueue(
  name: string,
  { queue, deadLetters }: FedQueue,
  args: QueueConsumerArgs,
  parent: pulumi.Resource,
): LambdaFunction {
  const { size, window } = batchOf(args);
  const lambda = new LambdaFunction(
    `${name}-function`,
    { ...args, failedEventsQueueArn: args.failedEventsQueueArn ?? deadLetters.arn },
    { parent },
  );
  const grant = new aws.iam.RolePolicy(
    `${name}-consume`,
    { role: lambda.roleArn.apply(lastPart), policy: queue.arn.apply((arn) => JSON.stringify(consumeQueue(arn))) },
    { parent },
  );
  new aws.lambda.EventSourceMapping(
    `${name}-mapping`,
    {
      eventSourceArn: queue.arn,
      functionName: lambda.functionName,
      batchSize: size,
      maximumBatchingWindowInSeconds: window,
      functionResponseTypes: ["ReportBatchItemFailures"],
      ...(args.maxConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency: args.maxConcurrency } }),
    },
    // Lambda refuses a mapping whose function may not read the queue.
    { parent, dependsOn: grant },
  );
  return lambda;
}

/** How many messages a batch has at most, and how long it is waited for. */
function batchOf({ batchSize: size = DEFAULT_BATCH_SIZE, batchingWindowSeconds }: FedQueueArgs) {
  return { size, window: batchingWindowSeconds ?? (size > DEFAULT_BATCH_SIZE ? 1 : 0) };
}

/** Name of what an ARN is about. */
const lastPart = (arn: string): string => arn.split(/[/:]/).at(-1) ?? arn;

function checkLimits(numbers: Readonly<Record<keyof typeof LIMITS, number | undefined>>): void {
  for (const [field, [least, most]] of Object.entries(LIMITS)) {
    const value = numbers[field as keyof typeof LIMITS];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new InvalidInputError(field, `${value} is not between ${least} and ${most}`);
  }
}

function createQueue(
  name: string,
  args: FedQueueArgs,
  { deadLetters, window }: { deadLetters: aws.sqs.Queue; window: number },
  parent: pulumi.Resource,
): Pick<FedQueue, "queue" | "policy"> {
  const timeout = pulumi.output(args.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
  const queue = new aws.sqs.Queue(
    `${name}-queue`,
    {
      ...(args.queueName === undefined ? {} : { name: args.queueName }),
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: timeout.apply((seconds) => VISIBILITY_TIMEOUTS * seconds + window),
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: args.maxReceives ?? DEFAULT_MAX_RECEIVES,
      }),
    },
    { parent },
  );
  const policy = new aws.sqs.QueuePolicy(
    `${name}-queue-policy`,
    {
      queueUrl: queue.url,
      policy: pulumi
        .all([queue.arn, args.topicArns ?? [], args.ruleArns ?? [], args.bucketArns ?? []])
        .apply(([arn, topics, rules, buckets]) => JSON.stringify(receiveFrom(arn, { topics, rules, buckets }))),
    },
    { parent },
  );
  new aws.sqs.RedriveAllowPolicy(
    `${name}-dead-letters-redrive`,
    {
      queueUrl: deadLetters.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    },
    { parent },
  );
  return { queue, policy };
}
