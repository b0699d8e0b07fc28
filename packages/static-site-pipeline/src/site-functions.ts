import { resolve } from "node:path";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "@slipway/core";
import {
  type ArnParts,
  consumeFedQueue,
  createFedQueue,
  type FedQueue,
  LambdaFunction,
  type QueueConsumerArgs,
  Reconciler,
} from "@slipway/lambda";
import { BUNDLES, DEFAULT_MAX_RECEIVES, ENVIRONMENT } from "./contract";
import {
  acceptPolicy,
  appEventsPolicy,
  deployPolicy,
  executePolicy,
  sweepPolicy,
  updatePolicy,
  type QueueArns,
  type SitesScope,
} from "./policies";
import { provisionPolicy, startTeardownPolicy, teardownPolicy } from "./provisioning-policies";
import { siteEnvironment, webhookEnvironment } from "./site-environment";
import type { SiteEdge } from "./site-edge";
import type { StaticSitePipelineArgs } from "./static-site-pipeline";

/** What a pipeline component consists of so far. */
export interface SiteParts {
  readonly args: StaticSitePipelineArgs;
  /** Name of the component, in names of what it provisions, in events and in metrics. */
  readonly sites: string;
  readonly home: pulumi.Output<ArnParts>;
  readonly scope: pulumi.Output<SitesScope>;
  readonly table: aws.dynamodb.Table;
  readonly artefacts: aws.s3.Bucket;
  readonly buildRole: aws.iam.Role;
  readonly buildLog: aws.cloudwatch.LogGroup;
  readonly edge: SiteEdge;
  /** Topic that CodeBuild's events go to. */
  readonly buildTopic: aws.sns.Topic;
  /** Rule that brings code push's events, where it is asked for. */
  readonly pushRule: aws.cloudwatch.EventRule | undefined;
}

/** The queues, by what is behind them. Every function may know every one of them. */
export type Queues = Readonly<Record<Worker, FedQueue>>;

/** How much each function is given. A certificate or a distribution is waited for by the queue, not by the function. */
const SIZES = {
  execute: { timeoutSeconds: 120, memoryMegabytes: 512 },
  updateBuild: { timeoutSeconds: 60, memoryMegabytes: 512 },
  deploy: { timeoutSeconds: 900, memoryMegabytes: 1769, batchSize: 1 },
  appEvents: { timeoutSeconds: 60, memoryMegabytes: 512 },
  provision: { timeoutSeconds: 300, memoryMegabytes: 512, batchSize: 1 },
  startTeardown: { timeoutSeconds: 120, memoryMegabytes: 512, batchSize: 1 },
  teardown: { timeoutSeconds: 900, memoryMegabytes: 512, batchSize: 1 },
  sweep: { timeoutSeconds: 900, memoryMegabytes: 512 },
} as const;

const DEFAULT_SWEEP_MINUTES = 5;
/** Hosts of webhooks give up after ten seconds. */
const WEBHOOK_TIMEOUT_SECONDS = 8;
const WEBHOOK_MEGABYTES = 512;

/** Functions behind queues, by the name of their bundle, and what their resources are called. */
const ROLES = {
  execute: "executor",
  updateBuild: "build-updates",
  deploy: "deploy",
  appEvents: "app-events",
  provision: "provision",
  startTeardown: "start-teardown",
  teardown: "teardown",
} as const;

type Worker = keyof typeof ROLES;

const DESCRIPTIONS: Readonly<Record<Worker, string>> = {
  execute: "Takes up what triggers ask for, and starts builds",
  updateBuild: "Takes up what CodeBuild tells",
  deploy: "Brings live what is ready",
  appEvents: "Makes and removes the pipelines of apps",
  provision: "Makes what a site consists of",
  startTeardown: "Disables a distribution and waits for it",
  teardown: "Removes a site",
};

const POLICIES: Readonly<Record<Worker, (scope: SitesScope, queues: QueueArns) => PolicyDocument>> = {
  execute: executePolicy,
  updateBuild: updatePolicy,
  deploy: deployPolicy,
  appEvents: appEventsPolicy,
  provision: provisionPolicy,
  startTeardown: startTeardownPolicy,
  teardown: teardownPolicy,
};

/** Absolute path of a function's bundle. */
const bundleOf = (purpose: keyof typeof BUNDLES): string => resolve(__dirname, "lambda", BUNDLES[purpose]);

/** Creates the queues, before any of their functions: each is told of all of them. */
export function createSiteQueues(name: string, parts: SiteParts, parent: pulumi.Resource): Queues {
  const workers = Object.keys(ROLES) as Worker[];
  const made = workers.map((worker) => [
    worker,
    createFedQueue(`${name}-${ROLES[worker]}`, consumerArgs(parts, worker), parent),
  ]);
  return Object.fromEntries(made) as Queues;
}

/** Where every queue and its dead letters are, by what they are called. */
export const queuesByName = (queues: Queues) =>
  Object.fromEntries(
    (Object.keys(ROLES) as Worker[]).map((worker) => {
      const { queue, deadLetters } = queues[worker];
      return [ROLES[worker], { queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url }];
    }),
  );

/** Creates the functions behind the queues and the one on a schedule. */
export function createSiteFunctions(name: string, parts: SiteParts, queues: Queues, parent: pulumi.Resource): void {
  const environment = siteEnvironment(parts, queues);
  for (const worker of Object.keys(ROLES) as Worker[]) {
    consumeFedQueue(
      `${name}-${ROLES[worker]}`,
      queues[worker],
      {
        ...consumerArgs(parts, worker),
        environment: { ...environment, [ENVIRONMENT.deadLetterQueueUrl]: queues[worker].deadLetters.url },
        policy: policyOf(parts, queues, POLICIES[worker]),
      },
      parent,
    );
  }
  const { sweepEveryMinutes: everyMinutes = DEFAULT_SWEEP_MINUTES } = parts.args;
  new Reconciler(
    `${name}-sweep`,
    {
      ...common(parts.args),
      ...SIZES.sweep,
      environment,
      policy: policyOf(parts, queues, sweepPolicy),
      bundle: bundleOf("sweep"),
      description: "Takes time-out edges and does what was forgotten",
      everyMinutes,
    },
    { parent },
  );
}

function consumerArgs({ args, buildTopic, pushRule }: SiteParts, worker: Worker): QueueConsumerArgs {
  const { maxReceives = DEFAULT_MAX_RECEIVES, maxConcurrency, appEventTopicArns } = args;
  return {
    ...common(args),
    ...SIZES[worker],
    bundle: bundleOf(worker),
    description: DESCRIPTIONS[worker],
    maxReceives,
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    ...(worker === "updateBuild" ? { topicArns: [buildTopic.arn] } : {}),
    ...(worker === "appEvents" && appEventTopicArns !== undefined ? { topicArns: appEventTopicArns } : {}),
    ...(worker === "execute" && pushRule !== undefined ? { ruleArns: [pushRule.arn] } : {}),
  };
}

const policyOf = (parts: SiteParts, queues: Queues, make: (scope: SitesScope, arns: QueueArns) => PolicyDocument) =>
  pulumi.all([parts.scope, arnsOf(queues)]).apply(([scope, arns]) => JSON.stringify(make(scope, arns)));

const arnsOf = ({ execute, deploy, provision, startTeardown, teardown }: Queues): pulumi.Output<QueueArns> =>
  pulumi.output({
    executor: execute.queue.arn,
    deploy: deploy.queue.arn,
    provision: provision.queue.arn,
    startTeardown: startTeardown.queue.arn,
    teardown: teardown.queue.arn,
  });

const common = ({ runtime, alarmActions }: StaticSitePipelineArgs) => ({
  ...(runtime === undefined ? {} : { runtime }),
  ...(alarmActions === undefined ? {} : { alarmActions }),
});

/** Creates the functions behind the HTTP API: one for webhooks, one for the Bitbucket app's descriptor. */
export function createWebhookFunctions(
  name: string,
  parts: SiteParts,
  { queues, publicUrl }: { readonly queues: Queues; readonly publicUrl: pulumi.Output<string> },
  parent: pulumi.Resource,
): { readonly accept: LambdaFunction; readonly descriptor: LambdaFunction | undefined } {
  const { bitbucketAppKey } = parts.args;
  const shared = { ...common(parts.args), timeoutSeconds: WEBHOOK_TIMEOUT_SECONDS, memoryMegabytes: WEBHOOK_MEGABYTES };
  const policy = policyOf(parts, queues, acceptPolicy);
  const accept = new LambdaFunction(
    `${name}-accept`,
    {
      ...shared,
      bundle: bundleOf("accept"),
      description: "Verifies webhooks and the apps' events, and queues what they ask for",
      environment: { ...siteEnvironment(parts, queues), ...webhookEnvironment(parts.args, publicUrl) },
      policy,
    },
    { parent },
  );
  if (bitbucketAppKey === undefined) return { accept, descriptor: undefined };
  const descriptor = new LambdaFunction(
    `${name}-descriptor`,
    {
      ...shared,
      bundle: bundleOf("descriptor"),
      // Neither is invoked asynchronously, so that one queue of its own for failed events is one too many.
      failedEventsQueueArn: accept.deadLetterQueueArn,
      description: "Answers with the Bitbucket app's descriptor",
      environment: webhookEnvironment({ bitbucketAppKey }, publicUrl),
    },
    { parent },
  );
  return { accept, descriptor };
}
