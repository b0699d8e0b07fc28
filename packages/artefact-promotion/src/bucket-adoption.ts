import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnParts, LambdaFunction } from "@slipway/lambda";
import { ANNOUNCED_EVENTS, NOTIFICATION_ID, policyReaders, createTopic, type AnnouncementArgs } from "./announcements";
import { BUNDLES, type AdoptionRequest } from "./contract";
import { adoptPolicy, readerStatements } from "./policies";

/** How a bucket that is there already becomes a source. */
export interface AdoptionArgs extends AnnouncementArgs {
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  readonly alarmActions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

const TIMEOUT_SECONDS = 60;

/** Creates the topic of a bucket that is not ours, and has the bucket announce to it beside what it does already. */
export function announceAdoptedBucket(name: string, args: AdoptionArgs, parent: pulumi.Resource): aws.sns.Topic {
  const { topic, policy } = createTopic(name, args, parent);
  const adopter = new LambdaFunction(
    `${name}-adopt`,
    {
      bundle: resolve(__dirname, "lambda", BUNDLES.adopt),
      description: `Adds notification and readers to ${args.bucketName}, and takes them away again`,
      timeoutSeconds: TIMEOUT_SECONDS,
      policy: topic.arn.apply((arn) =>
        JSON.stringify(adoptPolicy(`arn:${arnParts(arn).partition}:s3:::${args.bucketName}`)),
      ),
      ...(args.alarmActions === undefined ? {} : { alarmActions: args.alarmActions }),
    },
    { parent },
  );
  new aws.lambda.Invocation(
    `${name}-adoption`,
    {
      functionName: adopter.functionName,
      // It is told of updates and of the end too.
      lifecycleScope: "CRUD",
      input: topic.arn.apply((topicArn) => JSON.stringify(adoptionRequest(args, topicArn))),
    },
    { parent, dependsOn: [adopter, policy] },
  );
  return topic;
}

function adoptionRequest(args: AdoptionArgs, topicArn: string): AdoptionRequest {
  const { partition, region, account } = arnParts(topicArn);
  const bucketArn = `arn:${partition}:s3:::${args.bucketName}`;
  return {
    bucket: args.bucketName,
    owner: account,
    notification: {
      id: NOTIFICATION_ID,
      topicArn,
      events: ANNOUNCED_EVENTS,
      ...(args.prefix === undefined ? {} : { prefix: args.prefix }),
      ...(args.suffix === undefined ? {} : { suffix: args.suffix }),
    },
    statements: readerStatements(bucketArn, policyReaders(args, { partition, region }), partition),
  };
}
