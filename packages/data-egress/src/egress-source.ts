import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createFedQueue, createPrivateBucket, type FedQueue } from "@slipway/lambda";
import { FLAG_NAME, MAX_RECEIVES } from "./contract";
import type { DataEgressArgs } from "./data-egress";
import { sourceBucketPolicy } from "./policies";

/** Minutes that a flag may wait before an alarm goes off. */
const BACKLOG_MINUTES = 60;
/** Seconds that a message is hidden at first; the service says more as soon as it has it. The queue has six times that. */
const FIRST_LOOK_SECONDS = 20;

const adopted = ({ rows }: DataEgressArgs): readonly string[] => [
  ...new Set(rows.flatMap(({ sourceBucket }) => sourceBucket ?? [])),
];

/** Creates the source bucket, unless each row names one that is there. */
export function createSourceBucket(
  name: string,
  args: DataEgressArgs,
  guarded: boolean,
  parent: pulumi.Resource,
): aws.s3.Bucket | undefined {
  if (args.rows.every(({ sourceBucket }) => sourceBucket !== undefined)) return undefined;
  const { sourceBucketName: bucketName, kmsKeyArn } = args;
  return createPrivateBucket(name, { bucketName, kmsKeyArn, guarded, policy: sourceBucketPolicy }, parent);
}

/** Names of all source buckets. */
export const sourceNames = (args: DataEgressArgs, bucket: aws.s3.Bucket | undefined): pulumi.Output<string[]> =>
  pulumi.all([bucket?.bucket ?? "", ...adopted(args)]).apply((names) => names.filter((each) => each !== ""));

/** Creates the queue that the buckets tell of flags. */
export function createFlagQueue(
  name: string,
  { alarmActions }: DataEgressArgs,
  { sources, partition }: { readonly sources: pulumi.Output<string[]>; readonly partition: pulumi.Output<string> },
  parent: pulumi.Resource,
): FedQueue {
  return createFedQueue(
    `${name}-flags`,
    {
      bucketArns: pulumi
        .all([sources, partition])
        .apply(([names, of]) => names.map((each) => `arn:${of}:s3:::${each}`)),
      // The service counts attempts and gives up by itself, with a reason; this is for messages that kill it at once.
      maxReceives: MAX_RECEIVES,
      timeoutSeconds: FIRST_LOOK_SECONDS,
      backlogMinutes: BACKLOG_MINUTES,
      ...(alarmActions !== undefined && { alarmActions }),
    },
    parent,
  );
}

/** Has the buckets tell the queue of flags. */
export function notify(
  name: string,
  args: DataEgressArgs,
  { bucket, queue, policy }: Pick<FedQueue, "queue" | "policy"> & { readonly bucket: aws.s3.Bucket | undefined },
  parent: pulumi.Resource,
): void {
  const queues = [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterSuffix: FLAG_NAME }];
  // S3 tries the queue out when it is told of it.
  const options = { parent, dependsOn: policy };
  if (bucket !== undefined) {
    new aws.s3.BucketNotification(`${name}-flags`, { bucket: bucket.bucket, queues }, options);
  }
  if (args.notifyBuckets === false) return;
  for (const each of adopted(args)) {
    new aws.s3.BucketNotification(`${name}-flags-${each}`, { bucket: each, queues }, options);
  }
}
