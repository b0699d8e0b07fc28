import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuseUnknownArguments } from "@slipway/lambda";
import type { ArnParts } from "@slipway/lambda";
import { checkArgs } from "./argument-checks";
import { subscribeQueue } from "./build-events";
import { ROUTES } from "./contract";
import { createSiteAlarms } from "./site-alarms";
import { createApi } from "./site-api";
import { secretPrefix } from "./site-environment";
import { createSiteFunctions, createSiteQueues, queuesByName, type Queues, type SiteParts } from "./site-functions";
import { busOf, createParts } from "./site-parts";

/** Arguments of {@link StaticSitePipeline}. */
export interface StaticSitePipelineArgs {
  /** Name of this pipeline in names of what it provisions, in events and in metrics. @default the component's name */
  sitesName?: string;
  /** Id of the Route 53 zone of the sites' domains. @default none: sites keep their distribution's own name */
  hostedZoneId?: pulumi.Input<string>;
  /** Domain below which a site gets `<site id>.<base domain>` when it names none. @default none */
  baseDomain?: pulumi.Input<string>;
  /**
   * ARNs of the secrets that plain webhooks are verified with, by who sends them: `github`, `gitlab`, `bitbucket`,
   * `generic`. Values are put there by hand: `{"current": "...", "previous": "..."}`. @default nobody is served
   */
  webhookSecretArns?: Record<string, pulumi.Input<string>>;
  /** ARN of the secret with the GitHub App's id and private key. @default no app */
  githubAppSecretArn?: pulumi.Input<string>;
  /** ARN of the secret that the GitHub App's webhooks are signed with. @default no app */
  githubAppWebhookSecretArn?: pulumi.Input<string>;
  /** Key of the Bitbucket app in its descriptor. @default no app */
  bitbucketAppKey?: string;
  /** Bitbucket accounts that may install the app: user names or UUIDs. @default none */
  bitbucketAccounts?: string[];
  /** ARNs of secrets with the credentials that sites with plain webhooks are fetched with. @default none: public ones */
  sourceSecretArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs of code push's buckets whose archives are built. @default none */
  sourceBucketArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether commits that code push archives are deployed. @default false */
  codePush?: boolean;
  /** ARNs of SNS topics of the apps team that may send to the queue of app events. @default only who is granted it */
  appEventTopicArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Name of the event bus that events go to, and that code push's come from. @default "default" */
  eventBusName?: string;
  /** Image of the builds. @default "aws/codebuild/standard:7.0" */
  buildImage?: pulumi.Input<string>;
  /** Content-Security-Policy of all pages; a site's own header wins. @default none */
  contentSecurityPolicy?: pulumi.Input<string>;
  /** Days that archives of builds and zips of releases are kept. @default 30 */
  artefactDays?: number;
  /** Days that logs of builds are kept. @default 30 */
  buildLogRetentionDays?: pulumi.Input<number>;
  /** Receives after which a message is a dead letter, 1 to 1000. @default 5 */
  maxReceives?: number;
  /** Batches at once behind each queue, 2 to 1000. @default as many as the account's concurrency allows */
  maxConcurrency?: number;
  /** Minutes between two looks for time-outs and for what was forgotten, 1 to 720. @default 5 */
  sweepEveryMinutes?: number;
  /** Webhooks per second beyond which the answer is 429. @default 50 */
  requestsPerSecond?: number;
  /** Webhooks at once beyond which the answer is 429. @default 100 */
  requestBurst?: number;
  /** Runtime of the functions. @default "nodejs24.x" */
  runtime?: string;
  /** ARNs, e.g. of SNS topics, that the alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether table and bucket refuse deletion. @default true; false only for development */
  protect?: boolean;
}

/** A queue, and where its dead letters are. */
export interface SiteQueueOutput {
  queueUrl: string;
  deadLetterQueueUrl: string;
}

/** Where the sites are, in the words of `SitesConnection` of this package's library. */
export interface StaticSitePipelineOutput {
  name: string;
  region: string;
  /** 12 digits. */
  account: string;
  table: string;
  eventBus: string;
  executorQueueUrl: string;
  deployQueueUrl: string;
  provisionQueueUrl: string;
  startTeardownQueueUrl: string;
  teardownQueueUrl: string;
  artefactBucket: string;
  buildRoleArn: string;
  buildImage?: string;
  buildLogGroup: string;
  hostedZoneId?: string;
  baseDomain?: string;
  headersPolicyId: string;
  originAccessControlId: string;
  viewerFunctionArn: string;
  previewFunctionArn: string;
  spaPreviewFunctionArn: string;
  githubAppSecret?: string;
  bitbucketAppKey?: string;
  bitbucketSecretPrefix: string;
  gitSecretPrefix: string;
  /** Buckets of code pushes whose archives are built. */
  sourceBuckets?: string[];
  /** Every queue by its name, as in names of alarms: `executor`, `build-updates`, `deploy`, ... */
  queues: Record<string, SiteQueueOutput>;
}

/**
 * From a push or a zip to a static site behind a CDN: provisioning, builds, deployments and teardown of sites that come and
 * go at run time.
 *
 * Creates: the pipelines' table, the queues and functions (executor, build updates, deploy, app events, provision, teardown
 * in two steps), CodeBuild's events on a topic, the role and log of builds, a bucket for what builds archive, what all
 * distributions share (origin access, security headers, a function for pages), a sweeper on a schedule, alarms, and an HTTP
 * API for webhooks and apps where any is served.
 *
 * @example
 * new StaticSitePipeline("sites", { hostedZoneId: zone.zoneId, baseDomain: "sites.example.org",
 *   webhookSecretArns: { github: secret.arn } });
 *
 * @throws InvalidInputError naming the argument that cannot be used.
 */
export class StaticSitePipeline extends pulumi.ComponentResource {
  /** Where hosts send plain webhooks, by who sends them. */
  readonly webhookUrls: pulumi.Output<Record<string, string>>;
  /** Where the GitHub App sends its events. Empty without one. */
  readonly githubAppUrl: pulumi.Output<string>;
  /** Descriptor that the Bitbucket app is installed by. Empty without one. */
  readonly bitbucketDescriptorUrl: pulumi.Output<string>;
  /** Where the apps team sends `Created` and `Deleted`. */
  readonly appEventsQueueUrl: pulumi.Output<string>;
  readonly appEventsQueueArn: pulumi.Output<string>;
  /** What the library's `openSites` and the command line need to find the sites. */
  readonly connection: pulumi.Output<StaticSitePipelineOutput>;

  constructor(name: string, args: StaticSitePipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("static-site-pipeline:index:StaticSitePipeline", name, args, opts);
    refuseUnknownArguments(__dirname, "static-site-pipeline:index:StaticSitePipeline", args);
    const sites = args.sitesName ?? name;
    checkArgs(args, sites);

    const parts = createParts(name, sites, args, this);
    const queues = createSiteQueues(name, parts, this);
    createSiteFunctions(name, parts, queues, this);
    subscribeQueue(`${name}-builds-subscription`, parts.buildTopic, queues.updateBuild.queue, this);
    if (parts.pushRule !== undefined) {
      const target = { rule: parts.pushRule.name, ...busOf(args), arn: queues.execute.queue.arn };
      new aws.cloudwatch.EventTarget(`${name}-pushes-target`, target, { parent: this });
    }
    createSiteAlarms(name, { sites, alarmActions: args.alarmActions }, this);

    const url = createApi(name, parts, queues, this);
    const providers = Object.keys(args.webhookSecretArns ?? {});
    this.webhookUrls = url.apply((base) => Object.fromEntries(providers.map((each) => [each, `${base}/${each}`])));
    this.githubAppUrl = url.apply((base) => (args.githubAppSecretArn === undefined ? "" : `${base}/github-app`));
    this.bitbucketDescriptorUrl = url.apply((base) =>
      args.bitbucketAppKey === undefined ? "" : `${base}${ROUTES.bitbucketDescriptor.split(" ")[1]}`,
    );
    this.appEventsQueueUrl = queues.appEvents.queue.url;
    this.appEventsQueueArn = queues.appEvents.queue.arn;
    this.connection = connectionOf(parts, queues);
    this.registerOutputs({
      webhookUrls: this.webhookUrls,
      githubAppUrl: this.githubAppUrl,
      bitbucketDescriptorUrl: this.bitbucketDescriptorUrl,
      appEventsQueueUrl: this.appEventsQueueUrl,
      appEventsQueueArn: this.appEventsQueueArn,
      connection: this.connection,
    });
  }
}

const bucketOfArn = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1);

function connectionOf(parts: SiteParts, queues: Queues): pulumi.Output<StaticSitePipelineOutput> {
  const { args, sites, home, table, artefacts, buildRole, buildLog, edge } = parts;
  const place = home.apply(({ region, account }: ArnParts) => ({ region, account }));
  return pulumi
    .output({
      place,
      name: sites,
      table: table.name,
      eventBus: args.eventBusName ?? "default",
      executorQueueUrl: queues.execute.queue.url,
      deployQueueUrl: queues.deploy.queue.url,
      provisionQueueUrl: queues.provision.queue.url,
      startTeardownQueueUrl: queues.startTeardown.queue.url,
      teardownQueueUrl: queues.teardown.queue.url,
      artefactBucket: artefacts.bucket,
      buildRoleArn: buildRole.arn,
      buildLogGroup: buildLog.name,
      headersPolicyId: edge.headersPolicy.id,
      originAccessControlId: edge.originAccessControl.id,
      viewerFunctionArn: edge.viewerFunction.arn,
      previewFunctionArn: edge.previewFunction.arn,
      spaPreviewFunctionArn: edge.spaPreviewFunction.arn,
      bitbucketSecretPrefix: secretPrefix(sites, "bitbucket"),
      gitSecretPrefix: secretPrefix(sites, "git"),
      queues: queuesByName(queues),
      sourceBuckets: pulumi.output(args.sourceBucketArns ?? []).apply((arns) => arns.map(bucketOfArn)),
      ...(args.buildImage !== undefined && { buildImage: args.buildImage }),
      ...(args.hostedZoneId !== undefined && { hostedZoneId: args.hostedZoneId }),
      ...(args.baseDomain !== undefined && { baseDomain: args.baseDomain }),
      ...(args.githubAppSecretArn !== undefined && { githubAppSecret: args.githubAppSecretArn }),
      ...(args.bitbucketAppKey !== undefined && { bitbucketAppKey: args.bitbucketAppKey }),
    })
    .apply(({ place: where, ...rest }) => ({ ...rest, ...where }));
}
