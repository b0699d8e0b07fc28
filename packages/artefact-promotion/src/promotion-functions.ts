import { resolve } from "node:path";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts, createAlarm, LambdaFunction, QueueConsumer, Reconciler } from "@slipway/lambda";
import type { ArtefactPromotionArgs } from "./artefact-promotion";
import {
  BUNDLES,
  DEFAULT_GRACE_MINUTES,
  DEFAULT_MAX_RECEIVES,
  ENVIRONMENT,
  METRICS,
  PROMOTE_BATCH_SIZE,
} from "./contract";
import { roleName, sourceTopicArn, type Purpose } from "./names";
import { comparePolicy, promotePolicy, type PromotionScope } from "./policies";

/** What a promotion consists of so far. */
export interface PromotionParts {
  readonly args: ArtefactPromotionArgs;
  readonly bucketName: string;
  readonly sourceBucket: string;
  readonly ledger: aws.dynamodb.Table;
  readonly bucket: aws.s3.Bucket;
}

/** The functions of a promotion. */
export interface PromotionFunctions {
  readonly consumer: QueueConsumer;
  readonly backfill: LambdaFunction;
  readonly reconciler: Reconciler;
}

const DEFAULT_TIMEOUT_SECONDS = 300;
/** The longest that Lambda allows: the more of a bucket is compared in one run the better. */
const COMPARE_TIMEOUT_SECONDS = 900;
/** Two parts of 5 MiB for each of 64 objects at once, and room. */
const PROMOTE_MEGABYTES = 1024;
const COMPARE_MEGABYTES = 512;
const DEFAULT_RECONCILE_MINUTES = 60;

/** Creates the function behind the queue, the reconciler with its alarm, and the backfill. */
export function createPromotionFunctions(
  name: string,
  parts: PromotionParts,
  parent: pulumi.Resource,
): PromotionFunctions {
  const { args, bucketName, sourceBucket, ledger } = parts;
  const consumer = new QueueConsumer(
    `${name}-promote`,
    {
      ...functionArgs(parts, "promote"),
      environment: environmentOf(parts),
      queueUrlVariable: ENVIRONMENT.queueUrl,
      policy: scopeOf(parts).apply((scope) => JSON.stringify(promotePolicy(scope))),
      name: bucketName,
      queueName: bucketName,
      description: `Copies artefacts of ${args.sourceEnvironment} to ${args.environment}`,
      timeoutSeconds: args.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMegabytes: PROMOTE_MEGABYTES,
      batchSize: PROMOTE_BATCH_SIZE,
      maxReceives: args.maxReceives ?? DEFAULT_MAX_RECEIVES,
      topicArns: [ledger.arn.apply((arn) => sourceTopicArn(arn, args.sourceAccount, sourceBucket))],
    },
    { parent },
  );
  const reconciler = createReconciler(name, parts, consumer, parent);
  const backfill = new LambdaFunction(
    `${name}-backfill`,
    {
      ...comparisonArgs(parts, "backfill", consumer),
      description: `Brings what ${args.environment} missed of ${args.sourceEnvironment}`,
    },
    { parent },
  );
  return { consumer, backfill, reconciler };
}

function createReconciler(
  name: string,
  parts: PromotionParts,
  consumer: QueueConsumer,
  parent: pulumi.Resource,
): Reconciler {
  const { args } = parts;
  const everyMinutes = args.reconcileEveryMinutes ?? DEFAULT_RECONCILE_MINUTES;
  const reconciler = new Reconciler(
    `${name}-reconcile`,
    {
      ...comparisonArgs(parts, "reconcile", consumer),
      description: `Compares artefacts of ${args.sourceEnvironment} and ${args.environment}, and mends what differs`,
      everyMinutes,
    },
    { parent },
  );
  createAlarm(
    `${name}-drift`,
    {
      description: `${args.environment} lacks artefacts of ${args.sourceEnvironment}: see slipway artefacts diff`,
      namespace: METRICS.namespace,
      metricName: METRICS.drifted,
      dimensions: { [METRICS.environmentDimension]: args.environment },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      period: everyMinutes * 60,
      evaluationPeriods: 1,
      // That nothing is reported at all is the business of the reconciler's own alarms.
      treatMissingData: "notBreaching",
      actions: args.alarmActions,
    },
    parent,
  );
  return reconciler;
}

/** What the three functions have in common. */
function functionArgs({ args, bucketName }: PromotionParts, purpose: Purpose) {
  return {
    bundle: resolve(__dirname, "lambda", BUNDLES[purpose]),
    roleName: roleName(bucketName, purpose),
    ...(args.runtime === undefined ? {} : { runtime: args.runtime }),
    ...(args.alarmActions === undefined ? {} : { alarmActions: args.alarmActions }),
  };
}

/** What the two functions that compare have in common. */
const comparisonArgs = (parts: PromotionParts, purpose: Purpose, { queueArn, queueUrl }: QueueConsumer) => ({
  ...functionArgs(parts, purpose),
  environment: { ...environmentOf(parts), [ENVIRONMENT.queueUrl]: queueUrl },
  policy: pulumi
    .all([scopeOf(parts), queueArn])
    .apply(([scope, queue]) => JSON.stringify(comparePolicy({ ...scope, queueArn: queue }))),
  timeoutSeconds: COMPARE_TIMEOUT_SECONDS,
  memoryMegabytes: COMPARE_MEGABYTES,
});

function scopeOf({ args, sourceBucket, ledger, bucket }: PromotionParts): pulumi.Output<PromotionScope> {
  return pulumi
    .all([ledger.arn, bucket.arn, args.sourceKeyArn, args.kmsKeyArn])
    .apply(([ledgerArn, targetBucketArn, sourceKeyArn, targetKeyArn]) => {
      const { partition, region, account } = arnParts(ledgerArn);
      const eventBusArn = `arn:${partition}:events:${region}:${account}:event-bus/${args.eventBusName ?? "default"}`;
      const sourceBucketArn = `arn:${partition}:s3:::${sourceBucket}`;
      return { sourceBucketArn, targetBucketArn, sourceKeyArn, targetKeyArn, ledgerArn, eventBusArn };
    });
}

function environmentOf({ args, bucketName, sourceBucket, ledger }: PromotionParts) {
  const optional = {
    [ENVIRONMENT.targetKey]: args.kmsKeyArn,
    [ENVIRONMENT.prefix]: args.prefix,
    [ENVIRONMENT.suffix]: args.suffix,
  };
  const given = Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return {
    [ENVIRONMENT.sourceEnvironment]: args.sourceEnvironment,
    [ENVIRONMENT.targetEnvironment]: args.environment,
    [ENVIRONMENT.sourceBucket]: sourceBucket,
    [ENVIRONMENT.sourceAccount]: args.sourceAccount,
    [ENVIRONMENT.targetBucket]: bucketName,
    [ENVIRONMENT.targetAccount]: ledger.arn.apply((arn) => arnParts(arn).account),
    [ENVIRONMENT.ledgerTable]: ledger.name,
    [ENVIRONMENT.maxReceives]: String(args.maxReceives ?? DEFAULT_MAX_RECEIVES),
    [ENVIRONMENT.eventBus]: args.eventBusName ?? "default",
    [ENVIRONMENT.graceMinutes]: String(args.graceMinutes ?? DEFAULT_GRACE_MINUTES),
    ...Object.fromEntries(given),
  };
}
