/**
 * Names that the infrastructure (component, policies) and the runtime (library, handlers) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Entries of this package under `dist/lambda/`, by what they do. Every queue answers with partial batch failures. */
export const BUNDLES = {
  /** Behind an HTTP API, payload format 2.0: `POST /{provider}` and the two routes of the Bitbucket app. */
  accept: "accept-site-webhook",
  /** Behind the same HTTP API: `GET /bitbucket-app/descriptor.json`. Reads nothing, calls nothing. */
  descriptor: "describe-bitbucket-app",
  /** Behind the queue that every trigger publishes to: chooses the newest commit, and starts CodeBuild. */
  execute: "execute-pipeline",
  /** Behind the queue that CodeBuild's SNS topic feeds. */
  updateBuild: "update-build",
  /** Behind the queue of what is ready to go live: archives of builds, and zips of releases. */
  deploy: "deploy-site",
  /** Behind the queue of the apps team: `Created` and `Deleted`. */
  appEvents: "handle-app-events",
  /** Behind its queue: one site's bucket, certificate, distribution, record and CodeBuild project. */
  provision: "provision-site",
  /** Behind its queue: disables the distribution and waits until it is disabled everywhere. */
  startTeardown: "start-teardown",
  /** Behind its queue: deletes the record, then distribution, project, bucket with all versions, certificate and row. */
  teardown: "teardown-site",
  /** On a schedule: time-outs, events that were not sent, requests that nobody took up. */
  sweep: "sweep-pipelines",
} as const;

/** Environment variables of the functions. All functions get all of them, except where noted. */
export const ENVIRONMENT = {
  /** Name of this pipeline component, for metrics, logs, events and names of what it provisions. */
  name: "SLIPWAY_SITES",
  /** Name of the table, see {@link SITES_TABLE}. */
  table: "SLIPWAY_SITES_TABLE",
  /** Name or ARN. */
  eventBus: "SLIPWAY_EVENT_BUS",
  /** Account id, 12 digits: calls that would reach a bucket of anybody else are refused by S3. */
  account: "SLIPWAY_ACCOUNT",
  /** URLs of the queues. */
  executorQueueUrl: "SLIPWAY_EXECUTOR_QUEUE_URL",
  deployQueueUrl: "SLIPWAY_DEPLOY_QUEUE_URL",
  provisionQueueUrl: "SLIPWAY_PROVISION_QUEUE_URL",
  startTeardownQueueUrl: "SLIPWAY_START_TEARDOWN_QUEUE_URL",
  teardownQueueUrl: "SLIPWAY_TEARDOWN_QUEUE_URL",
  /** URL of the dead letters of the queue that the function is behind; only functions behind a queue. */
  deadLetterQueueUrl: "SLIPWAY_DEAD_LETTER_QUEUE_URL",
  /** Receives after which a queue gives a message up; the same number as in their redrive policies. */
  maxReceives: "SLIPWAY_MAX_RECEIVES",
  /** Bucket of what builds archive and of zips to release: versioned, private, expires. */
  artefactBucket: "SLIPWAY_SITE_ARTEFACTS",
  /** Role that CodeBuild projects run under. */
  buildRoleArn: "SLIPWAY_BUILD_ROLE_ARN",
  /** Image of CodeBuild projects. @default DEFAULT_BUILD_IMAGE */
  buildImage: "SLIPWAY_BUILD_IMAGE",
  /** Log group of builds. */
  buildLogGroup: "SLIPWAY_BUILD_LOG_GROUP",
  /** Route 53 zone of the sites' domains. Absent: sites keep the distribution's own name, without record or certificate. */
  hostedZoneId: "SLIPWAY_HOSTED_ZONE_ID",
  /** Domain below which a site gets `<site id>.<base domain>` when it names none. */
  baseDomain: "SLIPWAY_BASE_DOMAIN",
  /** Id of the CloudFront response headers policy with the security headers. */
  headersPolicyId: "SLIPWAY_HEADERS_POLICY_ID",
  /** Id of the CloudFront origin access control of all sites. */
  originAccessControlId: "SLIPWAY_ORIGIN_ACCESS_CONTROL_ID",
  /** ARN of the CloudFront function that maps pages to objects; optional. */
  viewerFunctionArn: "SLIPWAY_VIEWER_FUNCTION_ARN",
  /** The same for previews, and for those of sites whose paths without an object show index.html; optional. */
  previewFunctionArn: "SLIPWAY_PREVIEW_FUNCTION_ARN",
  spaPreviewFunctionArn: "SLIPWAY_SPA_PREVIEW_FUNCTION_ARN",
  /** Public address of the HTTP API, without a slash at the end. `accept` and `descriptor`. */
  publicUrl: "SLIPWAY_PUBLIC_URL",
  /**
   * Plus `_` and the provider in capitals: ARN of the secret of that provider's plain webhooks, as in
   * `@slipway/code-push/contract`. For GitHub it may be that of the app. A provider without one is not served. `accept`.
   */
  webhookSecretPrefix: "SLIPWAY_WEBHOOK_SECRET",
  /** Optional: ARN of the secret with {@link GitHubAppSecretValue}. */
  githubAppSecret: "SLIPWAY_GITHUB_APP_SECRET",
  /** Optional: ARN of the secret that the GitHub App's own webhooks are signed with, as those of plain ones. `accept`. */
  githubAppWebhookSecret: "SLIPWAY_GITHUB_APP_WEBHOOK_SECRET",
  /** What the names of secrets with a build's credentials for git begin with, e.g. `slipway/sites/main/git/`. */
  gitSecretPrefix: "SLIPWAY_GIT_SECRET_PREFIX",
  /** Optional: key of the Bitbucket app in its descriptor. */
  bitbucketAppKey: "SLIPWAY_BITBUCKET_APP_KEY",
  /** Optional: Bitbucket accounts that may install the app, user names or UUIDs, apart by commas. */
  bitbucketAccounts: "SLIPWAY_BITBUCKET_ACCOUNTS",
  /** What the names of secrets of Bitbucket installations begin with, e.g. `slipway/sites/main/bitbucket/`. */
  bitbucketSecretPrefix: "SLIPWAY_BITBUCKET_SECRET_PREFIX",
} as const;

/** Variable of the secret of one provider. */
export const webhookSecretVariable = (provider: string): string =>
  `${ENVIRONMENT.webhookSecretPrefix}_${provider.toUpperCase()}`;

/** Routes of the HTTP API. */
export const ROUTES = {
  /** `github`, `gitlab`, `bitbucket` and `generic` for plain webhooks; `github-app` for the GitHub App's own. */
  webhook: "POST /{provider}",
  bitbucketDescriptor: "GET /bitbucket-app/descriptor.json",
  bitbucketInstalled: "POST /bitbucket-app/installed",
  bitbucketUninstalled: "POST /bitbucket-app/uninstalled",
  bitbucketWebhook: "POST /bitbucket-app/webhook",
} as const;

/** Receives after which a message is a dead letter, unless said otherwise. */
export const DEFAULT_MAX_RECEIVES = 5;

/** Image of CodeBuild projects unless said otherwise. */
export const DEFAULT_BUILD_IMAGE = "aws/codebuild/standard:7.0";

/**
 * The one table: on demand, point-in-time recovery, all attributes of keys are strings.
 *
 * - a site's row: `partition` = site id, `entry` = `pipeline`
 * - its declaration, where a program declares it: `entry` = `declaration`; written by Pulumi, read by the pipeline
 * - its builds: `entry` = `build#<number, 12 digits>`
 * - events that are still to be sent: `entry` = `outbox#<time>#<event id>`
 * - installations of apps: `partition` = `installation#github#<id>` or `installation#bitbucket#<client key>`
 * - the deploy engine's items of a site: `entry` = `release#...`, `live`, `lock`, `preview#...`
 */
export const SITES_TABLE = {
  partitionKey: "partition",
  sortKey: "entry",
  indexes: {
    /** All items of a kind (`pipeline`, `outbox`, `failure`, `installation`), by the time of the last change. */
    kind: { name: "by_kind", partitionKey: "kind", sortKey: "updated_at" },
    /** Sites by where their source is. */
    source: { name: "by_source", partitionKey: "source_key", sortKey: "partition" },
  },
} as const;

/** Sort key of a site's own row. */
export const PIPELINE_ENTRY = "pipeline";

/** Sort key of what a program declares of a site. */
export const DECLARATION_ENTRY = "declaration";

/** Sort key of a build. */
export const buildEntry = (number: number): string => `build#${`${number}`.padStart(12, "0")}`;

/** The statuses of a pipeline, from the first to the last. */
export const STATUSES = [
  "Pre Provisioned",
  "Provision Request",
  "Provisioning",
  "Ready for Deployment",
  "Queued",
  "Deploying",
  "Deployed",
  "Failed to Deploy",
  "Scheduled for Deletion",
  "Failed to Provision",
  "Deleting",
  "Failed to Delete",
  "Deleted",
] as const;

/** One of {@link STATUSES}. */
export type Status = (typeof STATUSES)[number];

/** Where a site's source comes from. */
export type SiteSource =
  | {
      /** The Repository App: `installation_id` of the repository's installation, found by its event when absent. */
      readonly kind: "github";
      /** `host/owner/repo`. */
      readonly repository: string;
      readonly branch: string;
      readonly installation_id?: string;
    }
  | {
      /** The Bitbucket app, installed on an account. */
      readonly kind: "bitbucket";
      readonly repository: string;
      readonly branch: string;
      readonly client_key?: string;
    }
  | {
      /** A plain webhook; CodeBuild fetches over https, with the credentials of the secret where there is one. */
      readonly kind: "webhook";
      readonly provider: "github" | "gitlab" | "bitbucket" | "generic";
      readonly repository: string;
      readonly branch: string;
      readonly credentials_secret_id?: string;
    }
  | {
      /** CodePush's archive of a commit. */
      readonly kind: "code-push";
      /** `host/owner/repo`, as its events have it. */
      readonly repository: string;
      readonly branch: string;
      /** Name of the code push. @default any */
      readonly code_push?: string;
      /** Whose API takes commit statuses. @default by the host, where it is one of theirs */
      readonly provider?: "github" | "gitlab" | "bitbucket";
      /** Secret with the credentials that commit statuses are told with, as in code push. @default none are told */
      readonly credentials_secret_id?: string;
    }
  | {
      /** Releases only: no builds. */
      readonly kind: "zip";
    };

/** How a site is built. Commands are run by a shell in the checkout. */
export interface BuildSettings {
  /** @default `npm ci` */
  readonly install?: string;
  /** @default `npm run build` */
  readonly build?: string;
  /** Gates the deploy: nothing is archived unless it succeeds. @default none */
  readonly test?: string;
  /** Folder with the built site, relative to the checkout. @default `dist` */
  readonly output?: string;
  /** Variables of the build; no secrets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Minutes. @default 20 */
  readonly timeout_minutes?: number;
}

/** Cache header for files that a glob names; the first that fits wins. */
export interface CacheRule {
  readonly glob: string;
  /** Value of Cache-Control. */
  readonly cache_control: string;
}

/** What is set for a site, by people or by the app event that made it. */
export interface SiteSettings {
  readonly name: string;
  /** @default `<site id>.<base domain>`, or the distribution's own name where there is no base domain */
  readonly domain?: string;
  readonly source: SiteSource;
  readonly build?: BuildSettings;
  /** Releases whose assets are kept, for roll-backs and open browsers. @default 5 */
  readonly keep_releases?: number;
  readonly cache_rules?: readonly CacheRule[];
  /** Whether paths without an object show index.html. @default false */
  readonly spa_fallback?: boolean;
  /** Key of the page for what is not there. @default `404.html` */
  readonly error_page?: string;
  /** Globs of branches that get a preview with a URL of its own. @default none */
  readonly preview_branches?: readonly string[];
}

/** What was provisioned for a site; grows step by step. */
export interface SiteResources {
  readonly live_bucket?: string;
  readonly certificate_arn?: string;
  readonly distribution_id?: string;
  readonly distribution_arn?: string;
  readonly distribution_domain?: string;
  /** Name of the alias record, once it is there. */
  readonly record_name?: string;
  /** Of the previews' own distribution, where the site has previews. */
  readonly preview_distribution_id?: string;
  readonly preview_distribution_arn?: string;
  /** Its own name. */
  readonly preview_domain?: string;
  /** Domain below which each preview has a host, once the record is there. */
  readonly preview_record_name?: string;
  /** Name of the CodeBuild project. */
  readonly build_project?: string;
}

/** What set a deployment off. */
export type Trigger = "github" | "bitbucket" | "gitlab" | "generic" | "code-push" | "zip" | "command" | "rollback";

/** Where a zip of a built site, or of a source, is. */
export interface DeployLocation {
  readonly kind: "zip";
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
}

/** One wish to have something live: what the row remembers of it. */
export interface DeploymentRequest {
  /** Stable over redelivery. */
  readonly request_id: string;
  readonly trigger: Trigger;
  /** ISO 8601: the newest request wins. */
  readonly requested_at: string;
  readonly requested_by: string;
  readonly correlation_id: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly message?: string;
  /** Source archive to build (code-push), or the zip to release. */
  readonly archive?: DeployLocation;
  /** Release to go back to: neither built nor unpacked. */
  readonly release_id?: string;
}

/** What the deploy step asks of the deploy engine. */
export interface DeployInput {
  readonly site_id: string;
  /** Rising number of the build or release in its site: a lower one never replaces a higher one. */
  readonly build_number: number;
  readonly settings: SiteSettings;
  readonly resources: SiteResources;
  readonly location: DeployLocation;
  /** Branch of a preview; absent for the live site. */
  readonly preview?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly message?: string;
  readonly requested_by: string;
  readonly correlation_id: string;
}

/** `type`s of the messages on the queues. */
export const MESSAGES = {
  /** {@link DeployRequestMessage}, on the executor's queue. */
  deployRequest: "slipway.site.deploy-request",
  /** {@link SiteMessage}, on any queue: look at this site again, and do what is due there. */
  look: "slipway.site.look",
  /** {@link BranchGoneMessage}, on the executor's queue. */
  branchGone: "slipway.site.branch-gone",
  /** {@link AppEventMessage}, on the queue of app events. */
  app: "slipway.site.app",
} as const;

/** What every trigger publishes: one message on the executor's queue. CodePush's events go there as they are. */
export interface DeployRequestMessage extends DeploymentRequest {
  readonly type: typeof MESSAGES.deployRequest;
  readonly site_id: string;
}

/** Work on one site: level-triggered, so a message more does no harm. */
export interface SiteMessage {
  readonly type: typeof MESSAGES.look;
  readonly site_id: string;
  readonly correlation_id: string;
}

/** A branch was deleted: its preview goes. */
export interface BranchGoneMessage {
  readonly type: typeof MESSAGES.branchGone;
  readonly site_id: string;
  readonly branch: string;
  /** ISO 8601: what was pushed to it after that brings it back. */
  readonly gone_at: string;
  readonly correlation_id: string;
}

/** What Slipway's own functions and commands put into the executor's queue. */
export type ExecutorWork = DeployRequestMessage | SiteMessage | BranchGoneMessage;

/** What the apps team tells. `settings` is needed for `Created`. */
export interface AppEventMessage {
  readonly type: "Created" | "Deleted";
  readonly app_id: string;
  readonly settings?: SiteSettings;
  readonly correlation_id?: string;
}

/** EventBridge `source` of every event below. */
export const EVENT_SOURCE = "slipway.static-site-pipeline";

/** EventBridge `detail-type`s. Every detail carries `sites` (the name), `site_id` and `correlation_id`. */
export const EVENT_TYPES = {
  /** {@link StatusChangedDetail}. At least once for every move; `event_id` is the same each time. */
  statusChanged: "Site Status Changed",
  /** `build_number`, `commit`, `superseded_by`: a newer request took its place. */
  superseded: "Site Deployment Superseded",
  /** `queue`, `message_id`, `code`, `reason`, `attempts`, `final`: a dead letter now. */
  messageFailed: "Site Message Failed",
  /** `changed` (names of settings), `changed_by`, `version` (of the row, after it), `at`: somebody changed settings. */
  settingsChanged: "Site Settings Changed",
  /** The deploy engine: a release is live. */
  releaseLive: "Site Release Live",
} as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** Detail of a {@link EVENT_TYPES.statusChanged} event. */
export interface StatusChangedDetail {
  readonly sites: string;
  readonly site_id: string;
  readonly event_id: string;
  readonly correlation_id: string;
  /** Absent for a new pipeline. */
  readonly from?: Status;
  readonly to: Status;
  /** Version of the row after the move. */
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
  readonly build_number?: number;
  readonly commit?: string;
}

/** Variables that every build gets; the update handler reads the first two back. */
export const BUILD_VARIABLES = {
  site: "SLIPWAY_SITE_ID",
  number: "SLIPWAY_BUILD_NUMBER",
  correlation: "SLIPWAY_CORRELATION_ID",
  commit: "SLIPWAY_COMMIT",
  branch: "SLIPWAY_BRANCH",
  repository: "SLIPWAY_REPOSITORY",
  /** Path that absolute links begin with; `/` but for previews of a site without a domain. */
  basePath: "SLIPWAY_BASE_PATH",
  /** `git`, or `archive` when the source is an S3 object that CodeBuild has unpacked already. */
  sourceKind: "SLIPWAY_SOURCE_KIND",
  /** Value of an Authorization header for git, of CodeBuild's type SECRETS_MANAGER. */
  gitAuthorization: "SLIPWAY_GIT_AUTHORIZATION",
  archiveBucket: "SLIPWAY_ARCHIVE_BUCKET",
  archiveKey: "SLIPWAY_ARCHIVE_KEY",
  install: "SLIPWAY_INSTALL",
  build: "SLIPWAY_BUILD",
  test: "SLIPWAY_TEST",
  output: "SLIPWAY_OUTPUT",
} as const;

/** Key of the archive of a build. */
export const archiveKey = (siteId: string, buildNumber: number): string =>
  `builds/${siteId}/${`${buildNumber}`.padStart(12, "0")}.zip`;

/** Key of a zip that is to be released, by its content. */
export const releaseKey = (siteId: string, sha256: string): string => `releases/${siteId}/${sha256}.zip`;

/** Value of the GitHub App's secret, as JSON. */
export interface GitHubAppSecretValue {
  readonly appId: string | number;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string;
}

/** CloudWatch namespace and metric names; the one dimension is `sites`, the name. */
export const METRICS = {
  namespace: "Slipway/StaticSites",
  nameDimension: "sites",
  /** Moves between statuses. Unit: count. */
  moves: "StatusMoves",
  /** Triggers taken up. Unit: count. */
  requests: "DeployRequests",
  /** Requests whose place a newer one took. Unit: count. */
  superseded: "SupersededRequests",
  /** Builds started. Unit: count. */
  builds: "StartedBuilds",
  /** Deployments that went live. Unit: count. */
  deployed: "DeployedSites",
  /** Deployments, provisionings and teardowns that failed. Unit: count. Alarm on it. */
  failed: "FailedPipelines",
  /** From the request to the live site. Unit: milliseconds. */
  delay: "DeployDelay",
  /** Time-out edges that the sweeper took. Unit: count. Alarm on it. */
  timedOut: "TimedOutPipelines",
  /** Attempts at messages that failed. Unit: count. */
  failedMessages: "FailedMessages",
  /** Webhooks that were queued, that nothing was to be done for, and that had bad credentials. Unit: count. */
  accepted: "AcceptedWebhooks",
  ignored: "IgnoredWebhooks",
  refused: "RefusedWebhooks",
} as const;
