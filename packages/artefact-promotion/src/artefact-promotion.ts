import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError } from "@slipway/core";
import { arnParts, createPrivateBucket, refuseUnknownArguments } from "@slipway/lambda";
import { announceOwnBucket } from "./announcements";
import { checkTargets, readByTargets } from "./artefact-source";
import { assertNoLoop } from "./core/scope";
import { createLedger } from "./ledger-table";
import { artefactName, requireAccount, sourceTopicArn, type ArtefactTarget } from "./names";
import { createBackfill } from "./promotion-backfill";
import { createPromotionFunctions, type PromotionParts } from "./promotion-functions";

/** Arguments of {@link ArtefactPromotion}. */
export interface ArtefactPromotionArgs {
  /** Name of the environment that the artefacts go to, e.g. `staging`. */
  environment: string;
  /** Name of the environment that they come from, e.g. `integration`. */
  sourceEnvironment: string;
  /** Account of the source, 12 digits. Its region is this one's. */
  sourceAccount: string;
  /** How the buckets of all environments are called, e.g. `govuk-{env}-artefact`. */
  bucketPattern: string;
  /** Name of the source's bucket, where it was adopted. @default as the pattern says */
  sourceBucket?: string;
  /** Environments that promote from this one in turn. @default none: this is the end of the chain */
  targets?: ArtefactTarget[];
  /** Only keys that begin so are promoted. @default every key */
  prefix?: string;
  /** Only keys that end so are promoted. @default every key */
  suffix?: string;
  /** ARN of the KMS key that the source encrypts with. @default none: keys that S3 manages */
  sourceKeyArn?: pulumi.Input<string>;
  /** ARN of the KMS key for the target's bucket, and for its topic if it has targets. @default keys that S3 manages */
  kmsKeyArn?: pulumi.Input<string>;
  /** Whether what the source holds already is brought over when the environment is made. @default true */
  backfill?: boolean;
  /** Why not; must be given when `backfill` is false, and is kept as an output. */
  noBackfillBecause?: string;
  /** Minutes between two comparisons of source and target, 1 to 720. @default 60 */
  reconcileEveryMinutes?: number;
  /** Minutes for which a new object is on its way rather than drift. @default 15 */
  graceMinutes?: number;
  /** Receives after which a message is a dead letter, 1 to 1000. @default 5 */
  maxReceives?: number;
  /** Seconds that a batch may take, 30 to 900; a message that failed comes again after six times as long. @default 300 */
  timeoutSeconds?: number;
  /** Runtime of the functions. @default "nodejs24.x" */
  runtime?: string;
  /** Name of the event bus that events go to. @default "default" */
  eventBusName?: string;
  /** ARNs, e.g. of SNS topics, that the alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether bucket and ledger refuse deletion. @default true; false only for development */
  protect?: boolean;
}

/** A bucket and the account that owns it. */
export interface BucketOutput {
  name: string;
  /** 12 digits. */
  owner: string;
}

/** Which keys are promoted; all without prefix and suffix. */
export interface KeyFilterOutput {
  prefix?: string;
  suffix?: string;
}

/** Where a promotion is, in the words of `PromotionConnection` of this package's library. */
export interface PromotionOutput {
  sourceEnvironment: string;
  targetEnvironment: string;
  source: BucketOutput;
  target: BucketOutput;
  filter: KeyFilterOutput;
  targetKeyArn?: string;
  ledgerTable: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  eventBus: string;
  graceMinutes?: number;
  region: string;
}

/**
 * Brings the artefacts of one environment to the next: pulls them, so that the source holds no credentials of the target.
 *
 * Creates: a bucket of its own, a queue that is subscribed to the source's topic (with dead letters for both), the
 * function that copies, a ledger, a reconciler that finds and mends drift, and a backfill that runs while the
 * environment is made. With `targets` the bucket is a source as well.
 *
 * @example
 * new ArtefactPromotion("artefacts", {
 *   environment: "staging",
 *   sourceEnvironment: "integration",
 *   sourceAccount: "111111111111",
 *   bucketPattern: "govuk-{env}-artefact",
 * });
 *
 * @throws InvalidInputError naming the argument that cannot be used, e.g. where artefacts would go in a circle.
 */
export class ArtefactPromotion extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the topic that this environment's artefacts are announced on; undefined without `targets`. */
  readonly topicArn: pulumi.Output<string | undefined>;
  /** What the library's `openArtefacts` and the command line need to find this promotion. */
  readonly connection: pulumi.Output<PromotionOutput>;
  /** What the backfill answered (JSON), or why there was none. */
  readonly backfill: pulumi.Output<string>;
  /** Name of the function that backfills, for later. */
  readonly backfillFunctionName: pulumi.Output<string>;
  /** Name of the function that compares and mends on a schedule, to have it run at once. */
  readonly reconcileFunctionName: pulumi.Output<string>;

  constructor(name: string, args: ArtefactPromotionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("artefact-promotion:index:ArtefactPromotion", name, args, opts);
    refuseUnknownArguments(__dirname, "artefact-promotion:index:ArtefactPromotion", args);
    const { bucketName, sourceBucket } = checkArgs(args);
    const guarded = args.protect ?? true;

    const ledger = createLedger(name, guarded, this);
    const bucket = createPrivateBucket(
      name,
      { bucketName, kmsKeyArn: args.kmsKeyArn, guarded, policy: (arn) => readByTargets(arn, args) },
      this,
    );
    const parts: PromotionParts = { args, bucketName, sourceBucket, ledger, bucket };
    const { consumer, backfill, reconciler } = createPromotionFunctions(name, parts, this);
    const subscription = subscribe(name, parts, consumer, this);
    const { targets = [] } = args;
    const announcement = { ...args, targets, bucketName, bucket };

    this.bucketName = bucket.bucket;
    this.topicArn =
      targets.length === 0
        ? pulumi.output<string | undefined>(undefined)
        : announceOwnBucket(name, announcement, {}, this).arn;
    this.backfillFunctionName = backfill.functionName;
    this.reconcileFunctionName = reconciler.functionName;
    // Whatever is made from here on is announced, and whatever was made before is found: nothing falls in between.
    this.backfill = createBackfill(name, args, { backfill, after: [consumer, subscription, bucket] }, this);
    this.connection = connectionOf(parts, consumer);
    this.registerOutputs({
      bucketName: this.bucketName,
      topicArn: this.topicArn,
      connection: this.connection,
      backfill: this.backfill,
      backfillFunctionName: this.backfillFunctionName,
      reconcileFunctionName: this.reconcileFunctionName,
    });
  }
}

function checkArgs(args: ArtefactPromotionArgs): { bucketName: string; sourceBucket: string } {
  const { bucketPattern, backfill, noBackfillBecause, timeoutSeconds } = args;
  requireAccount("sourceAccount", args.sourceAccount);
  const bucketName = artefactName(bucketPattern, args.environment);
  const sourceBucket = args.sourceBucket ?? artefactName(bucketPattern, args.sourceEnvironment);
  checkTargets(bucketPattern, bucketName, args.targets ?? []);
  const onward = (args.targets ?? []).map(({ environment }) => artefactName(bucketPattern, environment));
  assertNoLoop([
    { sourceBucket, targetBucket: bucketName },
    ...onward.map((targetBucket) => ({ sourceBucket: bucketName, targetBucket })),
  ]);
  if (backfill === false && !noBackfillBecause?.trim()) {
    throw new InvalidInputError(
      "noBackfillBecause",
      "is not given",
      "say why this environment starts without artefacts",
    );
  }
  if (backfill !== false && noBackfillBecause !== undefined) {
    throw new InvalidInputError("noBackfillBecause", "is given, but backfill is not false");
  }
  if (timeoutSeconds !== undefined && (timeoutSeconds < 30 || timeoutSeconds > 900)) {
    throw new InvalidInputError("timeoutSeconds", `${timeoutSeconds} is not between 30 and 900`);
  }
  return { bucketName, sourceBucket };
}

function subscribe(
  name: string,
  { args, sourceBucket, ledger }: PromotionParts,
  consumer: ReturnType<typeof createPromotionFunctions>["consumer"],
  parent: pulumi.Resource,
): aws.sns.TopicSubscription {
  return new aws.sns.TopicSubscription(
    `${name}-subscription`,
    {
      topic: ledger.arn.apply((arn) => sourceTopicArn(arn, args.sourceAccount, sourceBucket)),
      protocol: "sqs",
      endpoint: consumer.queueArn,
      rawMessageDelivery: true,
      // What SNS cannot deliver, it does not keep.
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: consumer.deadLetterQueueArn }),
    },
    { parent, dependsOn: consumer },
  );
}

function connectionOf(
  { args, bucketName, sourceBucket, ledger }: PromotionParts,
  consumer: ReturnType<typeof createPromotionFunctions>["consumer"],
): pulumi.Output<PromotionOutput> {
  const { prefix, suffix, graceMinutes, kmsKeyArn } = args;
  return pulumi
    .all([ledger.arn, ledger.name, consumer.queueUrl, consumer.deadLetterQueueUrl, kmsKeyArn])
    .apply(([arn, ledgerTable, queueUrl, deadLetterQueueUrl, targetKeyArn]) => {
      const { account, region } = arnParts(arn);
      return {
        sourceEnvironment: args.sourceEnvironment,
        targetEnvironment: args.environment,
        source: { name: sourceBucket, owner: args.sourceAccount },
        target: { name: bucketName, owner: account },
        filter: { ...(prefix !== undefined && { prefix }), ...(suffix !== undefined && { suffix }) },
        ...(targetKeyArn !== undefined && { targetKeyArn }),
        ledgerTable,
        queueUrl,
        deadLetterQueueUrl,
        eventBus: args.eventBusName ?? "default",
        ...(graceMinutes !== undefined && { graceMinutes }),
        region,
      };
    });
}
