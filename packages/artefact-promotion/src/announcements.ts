import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnParts } from "@slipway/lambda";
import { artefactName, readerRoleArns, topicName, type ArtefactTarget } from "./names";
import { artefactTopicPolicy, type PolicyReader } from "./policies";

/** What a bucket announces, and to whom. */
export interface AnnouncementArgs {
  readonly bucketName: string;
  readonly bucketPattern: string;
  readonly targets: readonly ArtefactTarget[];
  /** ARN of the key that the topic encrypts with. @default not encrypted: it carries names of artefacts, no content */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** `Id` of the notification on the bucket. */
export const NOTIFICATION_ID = "slipway-artefact-promotion";

/** Events that are announced. */
export const ANNOUNCED_EVENTS = ["s3:ObjectCreated:*"];

/** The targets as policies see them, once it is known where the source is. */
export const policyReaders = (
  { bucketPattern, targets }: Pick<AnnouncementArgs, "bucketPattern" | "targets">,
  { partition, region }: { readonly partition: string; readonly region: string },
): readonly PolicyReader[] =>
  targets.map((target) => ({
    environment: target.environment,
    account: target.account,
    roleArns: readerRoleArns(partition, bucketPattern, target),
    queueArn: `arn:${partition}:sqs:${region}:${target.account}:${artefactName(bucketPattern, target.environment)}`,
  }));

/** Creates the topic that a bucket's new objects are announced on, and says who may subscribe. */
export function createTopic(
  name: string,
  args: AnnouncementArgs,
  parent: pulumi.Resource,
): { readonly topic: aws.sns.Topic; readonly policy: aws.sns.TopicPolicy } {
  const topic = new aws.sns.Topic(
    `${name}-topic`,
    { name: topicName(args.bucketName), ...(args.kmsKeyArn === undefined ? {} : { kmsMasterKeyId: args.kmsKeyArn }) },
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
    `${name}-topic-policy`,
    {
      arn: topic.arn,
      policy: topic.arn.apply((topicArn) => {
        const { partition, region, account } = arnParts(topicArn);
        const bucketArn = `arn:${partition}:s3:::${args.bucketName}`;
        const readers = policyReaders(args, { partition, region });
        return JSON.stringify(artefactTopicPolicy({ partition, account, bucketArn, topicArn, readers }));
      }),
    },
    { parent },
  );
  return { topic, policy };
}

/** Creates topic and notification for a bucket that is ours alone: the notification resource owns all of a bucket's. */
export function announceOwnBucket(
  name: string,
  { bucket, ...args }: AnnouncementArgs & { readonly bucket: aws.s3.Bucket },
  filter: { readonly prefix?: string | undefined; readonly suffix?: string | undefined },
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { topic, policy } = createTopic(name, args, parent);
  new aws.s3.BucketNotification(
    `${name}-notification`,
    {
      bucket: bucket.bucket,
      topics: [
        {
          id: NOTIFICATION_ID,
          topicArn: topic.arn,
          events: ANNOUNCED_EVENTS,
          ...(filter.prefix === undefined ? {} : { filterPrefix: filter.prefix }),
          ...(filter.suffix === undefined ? {} : { filterSuffix: filter.suffix }),
        },
      ],
    },
    // S3 sends a test event at once, and refuses a topic that does not take it.
    { parent, dependsOn: policy },
  );
  return topic;
}
