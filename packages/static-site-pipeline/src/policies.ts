import { allow, policyDocument, type PolicyDocument, type PolicyStatement } from "@slipway/core";
import type { Readers } from "./core/distribution";
import { CONTROL_FOLDER, LIVE_FOLDER, PREVIEWS_FOLDER } from "./core/deploy-layout";

/** What the policies of one pipeline component are about. */
export interface SitesScope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  /** Name of the component: of it are made the names of projects and of secrets. */
  readonly sites: string;
  /** What the names of the sites' buckets begin with. */
  readonly bucketPrefix: string;
  readonly tableArn: string;
  readonly eventBusArn: string;
  readonly artefactsArn: string;
  readonly buildRoleArn: string;
  readonly buildLogGroupArn: string;
  /** Id of the Route 53 zone, where there is one. */
  readonly hostedZoneId?: string | undefined;
  /** Secrets that webhooks are verified with. */
  readonly webhookSecretArns: readonly string[];
  /** Secrets that repositories are fetched with: those of sites with plain webhooks, and that of the GitHub App. */
  readonly sourceSecretArns: readonly string[];
  /** Buckets with archives of code push. */
  readonly sourceBucketArns: readonly string[];
  readonly bitbucketSecretPrefix: string;
  readonly gitSecretPrefix: string;
}

/** ARNs of the queues, by what is behind them. */
export type QueueArns = Readonly<Record<"executor" | "deploy" | "provision" | "startTeardown" | "teardown", string>>;

export const secretsBelow = ({ partition, region, account }: SitesScope, prefix: string): string =>
  `arn:${partition}:secretsmanager:${region}:${account}:secret:${prefix}*`;
export const projectsOf = ({ partition, region, account, sites }: SitesScope): string =>
  `arn:${partition}:codebuild:${region}:${account}:project/${sites}-*`;
export const bucketsOf = ({ partition, bucketPrefix }: SitesScope): string => `arn:${partition}:s3:::${bucketPrefix}*`;
export const distributionsOf = ({ partition, account }: SitesScope): string =>
  `arn:${partition}:cloudfront::${account}:distribution/*`;

/** A row is read and written by its key; the event of a move is written with it, and deleted once it is told. */
export const keepPipelines = ({ tableArn }: SitesScope) =>
  allow("KeepPipelines", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"], [tableArn]);
/** Sites by their source, installations of apps, everything of a kind. */
const findPipelines = ({ tableArn }: SitesScope) => allow("FindPipelines", ["dynamodb:Query"], [`${tableArn}/index/*`]);
export const tell = ({ eventBusArn }: SitesScope) => allow("TellWhatHappened", ["events:PutEvents"], [eventBusArn]);
export const hand = (queues: readonly string[]) => allow("HandOn", ["sqs:SendMessage"], queues);
/** Tokens for Git hosts: of plain credentials, of the GitHub App, of Bitbucket's installations. */
const knowSources = (scope: SitesScope) => [
  ...findPipelines(scope),
  ...allow(
    "KnowSources",
    ["secretsmanager:GetSecretValue"],
    [...new Set([...scope.sourceSecretArns, secretsBelow(scope, scope.bitbucketSecretPrefix)])],
  ),
];

/** For the function behind the HTTP API: verify, know sites and installations, queue. */
export const acceptPolicy = (scope: SitesScope, { executor }: Pick<QueueArns, "executor">): PolicyDocument =>
  policyDocument(
    ...allow("ReadWebhookSecrets", ["secretsmanager:GetSecretValue"], scope.webhookSecretArns),
    ...keepPipelines(scope),
    ...findPipelines(scope),
    ...hand([executor]),
    ...allow(
      "KeepInstallations",
      [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
      ],
      [secretsBelow(scope, scope.bitbucketSecretPrefix)],
    ),
  );

/** For the executor: start and stop builds, and hand a site to whoever is next. */
export const executePolicy = (scope: SitesScope, queues: QueueArns): PolicyDocument =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand(Object.values(queues)),
    ...knowSources(scope),
    ...allow("RunBuilds", ["codebuild:StartBuild", "codebuild:StopBuild"], [projectsOf(scope)]),
    ...allow(
      "GiveBuildsCredentials",
      ["secretsmanager:CreateSecret", "secretsmanager:PutSecretValue"],
      [secretsBelow(scope, scope.gitSecretPrefix)],
    ),
  );

/** For the sweeper: stop what takes too long, have the executor look at what is due, and kept releases tidied. */
export const sweepPolicy = (scope: SitesScope, { executor, deploy }: Pick<QueueArns, "executor" | "deploy">) =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand([executor, deploy]),
    ...knowSources(scope),
    ...allow("StopBuilds", ["codebuild:StopBuild"], [projectsOf(scope)]),
  );

/** For the function that CodeBuild's topic feeds: see whether there is an archive, and have the executor look. */
export const updatePolicy = (scope: SitesScope, { executor }: Pick<QueueArns, "executor">) =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand([executor]),
    ...knowSources(scope),
    ...allow("FindArchives", ["s3:GetObject"], [`${scope.artefactsArn}/builds/*`]),
    // Without the right to list, S3 answers 403 for what is not there.
    ...allow("SeeArchives", ["s3:ListBucket"], [scope.artefactsArn]),
  );

/** For the function that brings sites live: read archives, write what is served, invalidate. */
export const deployPolicy = (scope: SitesScope, { executor }: Pick<QueueArns, "executor">) =>
  policyDocument(
    ...keepPipelines(scope),
    ...tell(scope),
    ...hand([executor]),
    ...knowSources(scope),
    ...allow("ReadArchives", ["s3:GetObject", "s3:GetObjectVersion"], [`${scope.artefactsArn}/*`]),
    ...allow("SeeArchives", ["s3:ListBucket"], [scope.artefactsArn]),
    ...liveStatements(scope),
  );

/** Everything that bringing a site live, back or away does to its bucket and its distribution. */
export const liveStatements = (scope: SitesScope): readonly PolicyStatement[] => [
  ...allow("SeeSites", ["s3:ListBucket", "s3:ListBucketVersions"], [bucketsOf(scope)]),
  ...allow(
    "WriteSites",
    ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    [LIVE_FOLDER, PREVIEWS_FOLDER, CONTROL_FOLDER].map((folder) => `${bucketsOf(scope)}/${folder}/*`),
  ),
  ...allow("RefreshDistributions", ["cloudfront:CreateInvalidation"], [distributionsOf(scope)]),
];

/** For the function that takes up the apps team's events: it has the executor do the work. */
export const appEventsPolicy = (scope: SitesScope, { executor }: Pick<QueueArns, "executor">): PolicyDocument =>
  policyDocument(...keepPipelines(scope), ...tell(scope), ...hand([executor]));

/** For builds: write their log, take a source, leave an archive, know their own site's credentials for git. */
export const buildPolicy = (scope: Omit<SitesScope, "buildRoleArn">): PolicyDocument =>
  policyDocument(
    ...allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${scope.buildLogGroupArn}:*`]),
    ...allow("LeaveArchives", ["s3:PutObject"], [`${scope.artefactsArn}/builds/*`]),
    ...allow(
      "TakeSources",
      ["s3:GetObject", "s3:GetObjectVersion"],
      scope.sourceBucketArns.map((arn) => `${arn}/*`),
    ),
    ...allow(
      "FetchSources",
      ["secretsmanager:GetSecretValue"],
      [secretsBelow(scope as SitesScope, scope.gitSecretPrefix)],
    ),
  );

/** Lets CodeBuild assume the builds' role, for this account's projects only. */
export const trustBuilds = (scope: Pick<SitesScope, "partition" | "region" | "account" | "sites">): PolicyDocument =>
  policyDocument({
    Sid: "AssumedByCodeBuild",
    Effect: "Allow",
    Principal: { Service: ["codebuild.amazonaws.com"] },
    Action: ["sts:AssumeRole"],
    Condition: {
      StringEquals: { "aws:SourceAccount": scope.account },
      ArnLike: { "aws:SourceArn": projectsOf(scope as SitesScope) },
    },
  });

/** For the topic of CodeBuild's events: this rule may publish, over TLS. */
export const buildTopicPolicy = (topicArn: string, ruleArn: string, account: string): PolicyDocument =>
  policyDocument(
    {
      Sid: "RefusePlainText",
      Effect: "Deny",
      Principal: "*",
      Action: ["sns:Publish"],
      Resource: [topicArn],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "PublishBuildEvents",
      Effect: "Allow",
      Principal: { Service: ["events.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [topicArn],
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn }, StringEquals: { "aws:SourceAccount": account } },
    },
  );

/** For a private bucket: over TLS only. */
export const artefactsPolicy = (bucketArn: string): PolicyDocument => policyDocument(refusePlainText(bucketArn));

/** For the bucket of a site that is declared: each distribution reads what it serves, and nobody speaks without TLS. */
export const liveBucketPolicy = (
  bucketArn: string,
  { liveArn, previewsArn }: Readers,
  account: string,
): PolicyDocument =>
  policyDocument(
    refusePlainText(bucketArn),
    serve("ServeToDistribution", `${bucketArn}/${LIVE_FOLDER}/*`, liveArn, account),
    ...(previewsArn === undefined
      ? []
      : [serve("ServePreviews", `${bucketArn}/${PREVIEWS_FOLDER}/*`, previewsArn, account)]),
  );

const serve = (Sid: string, objects: string, distributionArn: string, account: string): PolicyStatement => ({
  Sid,
  Effect: "Allow",
  Principal: { Service: ["cloudfront.amazonaws.com"] },
  Action: ["s3:GetObject"],
  Resource: [objects],
  Condition: { StringEquals: { "aws:SourceArn": distributionArn, "aws:SourceAccount": account } },
});

const refusePlainText = (bucketArn: string): PolicyStatement => ({
  Sid: "RefusePlainText",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:*"],
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
