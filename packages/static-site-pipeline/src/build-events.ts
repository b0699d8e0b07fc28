import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "@slipway/lambda";
import { buildTopicPolicy } from "./policies";

/** CodeBuild's events that matter: a build began or ended, and a phase of it did. */
const DETAIL_TYPES = ["CodeBuild Build State Change", "CodeBuild Build Phase Change"];

/** Creates the topic that CodeBuild's events about this component's projects go to, and the rule that brings them there. */
export function createBuildEvents(name: string, sites: string, parent: pulumi.Resource): aws.sns.Topic {
  const topic = new aws.sns.Topic(`${name}-builds`, {}, { parent });
  const rule = new aws.cloudwatch.EventRule(
    `${name}-builds-rule`,
    {
      description: `Builds of the sites of ${name}`,
      eventPattern: JSON.stringify({
        source: ["aws.codebuild"],
        "detail-type": DETAIL_TYPES,
        detail: { "project-name": [{ prefix: `${sites}-` }] },
      }),
    },
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
    `${name}-builds-policy`,
    {
      arn: topic.arn,
      policy: pulumi
        .all([topic.arn, rule.arn])
        .apply(([topicArn, ruleArn]) =>
          JSON.stringify(buildTopicPolicy(topicArn, ruleArn, arnParts(topicArn).account)),
        ),
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-builds-target`,
    { rule: rule.name, arn: topic.arn },
    { parent, dependsOn: policy },
  );
  return topic;
}

/** Feeds a queue from a topic; the queue's own policy is to let the topic in. */
export const subscribeQueue = (
  name: string,
  topic: aws.sns.Topic,
  queue: aws.sqs.Queue,
  parent: pulumi.Resource,
): aws.sns.TopicSubscription =>
  new aws.sns.TopicSubscription(name, { topic: topic.arn, protocol: "sqs", endpoint: queue.arn }, { parent });
