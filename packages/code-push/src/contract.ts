/**
 * Names that the infrastructure (component, policies) and the runtime (library, handlers) must agree on.
 * Imports nothing, so that either side can load it alone.
 */

/** Entries of this package under `dist/lambda/`, by what they do. */
export const BUNDLES = {
  /** The Gateway's authorizer: decides what headers alone can prove. Simple responses, payload format 2.0, no caching. */
  authorize: "authorize-webhook",
  /** Behind the Gateway: verifies the body's signature, makes work events and queues them. Needs no git. */
  accept: "accept-webhook",
  /** Behind the queue: fetches, archives, uploads. Needs git. Answers with partial batch failures. */
  work: "push-code",
  /** On a schedule: compares remote refs with what was pushed, and queues what is missing. Needs git. */
  reconcile: "reconcile-pushes",
} as const;

/** Who sends webhooks. */
export const PROVIDERS = ["github", "gitlab", "bitbucket", "generic"] as const;

/** One of {@link PROVIDERS}. */
export type Provider = (typeof PROVIDERS)[number];

/** Where webhooks are posted, for one kind of credential. */
export interface WebhookRoute {
  /** Below the API's address, without a slash in front. */
  readonly path: string;
  readonly provider: Provider;
  /** Header that the Gateway itself asks for: who comes without it is answered 401, and no function hears of it. */
  readonly header: string;
}

/**
 * Routes of the HTTP API: payload format 2.0, each with an authorizer of its own in front. The Gateway can ask for all of
 * several headers and not for one of them, so that a provider with two kinds of credentials has two routes.
 */
export const WEBHOOK_ROUTES: readonly WebhookRoute[] = [
  { path: "github", provider: "github", header: "X-Hub-Signature-256" },
  { path: "gitlab", provider: "gitlab", header: "X-Gitlab-Token" },
  { path: "gitlab/standard", provider: "gitlab", header: "Webhook-Signature" },
  { path: "bitbucket", provider: "bitbucket", header: "X-Hub-Signature" },
  { path: "generic", provider: "generic", header: "X-Signature" },
  { path: "generic/standard", provider: "generic", header: "Webhook-Signature" },
];

/** A route as the Gateway names it. */
export const routeKeyOf = ({ path }: Pick<WebhookRoute, "path">): string => `POST /${path}`;

/** Bytes of the largest body that is looked at; beyond it the answer is 413. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Messages in one batch: fetching is heavy, and a batch shares one time limit. */
export const WORK_BATCH_SIZE = 1;

/** Receives after which a message is a dead letter, unless said otherwise. */
export const DEFAULT_MAX_RECEIVES = 5;

/**
 * Failures of messages in the bucket, and after how many days they go: later than any dead letter that they explain. No
 * archive is among them, since `~` stands before capital digits in its key.
 */
export const FAILURES = { prefix: "~failures/", days: 30 } as const;

/** Environment variables of the functions. */
export const ENVIRONMENT = {
  /** Name of this code push, for metrics, logs and events. All functions. */
  name: "SLIPWAY_CODE_PUSH",
  /**
   * Plus `_` and the provider in capitals, e.g. `SLIPWAY_WEBHOOK_SECRET_GITHUB`: ARN of the secret with that provider's
   * {@link WebhookSecretValue}. A provider without one is not served: it has no route. `authorize` and `accept`.
   */
  webhookSecretPrefix: "SLIPWAY_WEBHOOK_SECRET",
  /**
   * Path in SSM, e.g. `/slipway/code-push/main/repositories`. Each parameter right below it, whatever its name, holds
   * one {@link RepositorySetting} as JSON: so neither the 4 KB of an environment nor those of one parameter are a limit.
   * `accept`, `work` and `reconcile`; needs `ssm:GetParametersByPath` on the path.
   */
  repositoriesPath: "SLIPWAY_REPOSITORIES_PATH",
  /** URL of the queue that feeds `work`. `accept`, `work` and `reconcile`. */
  queueUrl: "SLIPWAY_QUEUE_URL",
  /** Bucket of the archives. `work` and `reconcile`. */
  bucket: "SLIPWAY_SOURCE_BUCKET",
  /** Account id, 12 digits: calls that would reach a bucket of anybody else are refused by S3. */
  bucketOwner: "SLIPWAY_SOURCE_ACCOUNT",
  /** Optional, see {@link DEFAULT_KEY_TEMPLATE}. `work` and `reconcile`. */
  keyTemplate: "SLIPWAY_KEY_TEMPLATE",
  /** Name or ARN. `work` and `reconcile`. */
  eventBus: "SLIPWAY_EVENT_BUS",
  /** Receives after which the queue gives a message up; the same number as in its redrive policy. `work`. */
  maxReceives: "SLIPWAY_MAX_RECEIVES",
  /** Optional, see {@link DEFAULT_LIMITS}. MiB that git may fetch and unpack on disk. `work`. */
  fetchMegabytes: "SLIPWAY_FETCH_MEGABYTES",
  /** Optional, see {@link DEFAULT_LIMITS}. MiB of all files of a commit together. `work`. */
  archiveMegabytes: "SLIPWAY_ARCHIVE_MEGABYTES",
  /** Optional, see {@link DEFAULT_LIMITS}. Files in a commit. `work`. */
  files: "SLIPWAY_FILES",
  /** Optional, see {@link DEFAULT_LIMITS}. Seconds for one git command. `work` and `reconcile`. */
  gitSeconds: "SLIPWAY_GIT_SECONDS",
  /** Oldest git that is let near a repository, see {@link DEFAULT_MINIMUM_GIT}. `work` and `reconcile`. */
  minimumGit: "SLIPWAY_MINIMUM_GIT",
} as const;

/** Variable of the secret of one provider. */
export const webhookSecretVariable = (provider: Provider): string =>
  `${ENVIRONMENT.webhookSecretPrefix}_${provider.toUpperCase()}`;

/** The variable of a person's shell that names the secret for `slipway push once`. */
export const CREDENTIALS_VARIABLE = "CJ_PUSHCODE_GIT_CREDENTIALS_ID";

/** Caps on one repository. Sizes in MiB; /tmp must hold fetchMegabytes + archiveMegabytes. */
export const DEFAULT_LIMITS = { fetchMegabytes: 512, archiveMegabytes: 512, files: 50_000, gitSeconds: 240 } as const;

/** Oldest git for functions: the first release with all fixes known when this was written (CVE-2025-48384 among them). */
export const DEFAULT_MINIMUM_GIT = "2.50.1";

/**
 * Oldest git on a person's machine and on the emulator. Distributions carry the fixes under old numbers, and what they
 * fix (work trees, submodules) is not used here at all.
 */
export const LOCAL_MINIMUM_GIT = "2.39.5";

/**
 * Where an archive goes. Placeholders: `{host}`, `{owner}`, `{repo}`, `{branch|tag}`, `{sha}`; all five must be there,
 * with a `/` between any two. Values are encoded so that two refs never share a key, see `core/keys.ts`.
 */
export const DEFAULT_KEY_TEMPLATE = "{host}/{owner}/{repo}/{branch|tag}/{sha}.zip";

/** Value of a webhook's secret, as JSON. Both are good; an empty text verifies nothing. */
export interface WebhookSecretValue {
  /**
   * HMAC key, or GitLab's secret token; for GitLab's signed webhooks the signing token with its `whsec_` in front.
   */
  readonly current: string;
  /** Still accepted while senders are moved to `current`. */
  readonly previous?: string;
}

/** Value of a repository's credentials, as JSON. */
export type CredentialsValue =
  | {
      readonly type: "ssh";
      /** Private key in PEM or OpenSSH format, without a passphrase. */
      readonly privateKey: string;
      /** Lines of a known_hosts file. @default the published keys of github.com, gitlab.com, bitbucket.org; others need some */
      readonly knownHosts?: string;
      /** For commit statuses, since a key cannot call an API. */
      readonly statusToken?: string;
    }
  | {
      readonly type: "token";
      readonly token: string;
      /** @default as the provider wants it: `x-access-token`, `oauth2`, `x-token-auth` */
      readonly username?: string;
      /** Token for commit statuses. @default the token itself */
      readonly statusToken?: string;
    }
  | {
      readonly type: "github-app";
      readonly appId: string | number;
      readonly installationId: string | number;
      /** PEM, PKCS#1 or PKCS#8. */
      readonly privateKey: string;
    };

/** A repository that may be pushed. Nothing that is not listed is ever fetched. */
export interface RepositorySetting {
  /** `host/owner/repo`, as the provider writes it, without `.git`; the owner may have several parts. */
  readonly id: string;
  readonly provider: Provider;
  /** `https://...` or `ssh://...`; plain `http` only to loopback. Without credentials in it. */
  readonly url: string;
  /** ARN or name of a secret with a {@link CredentialsValue}. @default none: a public repository */
  readonly credentialsSecretId?: string;
  /** Globs of branch names. @default all */
  readonly branches?: readonly string[];
  /** Globs of tag names. @default all */
  readonly tags?: readonly string[];
  /** Globs of files: a push that changes none of them is not archived. @default all */
  readonly paths?: readonly string[];
  /** What a submodule does. `include` takes only those that are repositories of this list. @default "refuse" */
  readonly submodules?: "refuse" | "ignore" | "include";
  /** Whether the host may have a private address. @default false */
  readonly privateNetwork?: boolean;
  /** Instead of the general one; `{branch|tag}` and `{sha}` must be there. */
  readonly keyTemplate?: string;
  /** Whether the provider is told how a commit fares; needs a token. @default false */
  readonly commitStatus?: boolean;
}

/** `type` of the messages on the queue. */
export const PUSH_MESSAGE = "slipway.code-push.push";

/** What set a push off. */
export type PushTrigger = "webhook" | "reconcile" | "command";

/** The standard work event: one message on the queue, as JSON. It holds no URL: that is the configuration's business. */
export interface PushMessage {
  readonly type: typeof PUSH_MESSAGE;
  /** `id` of a {@link RepositorySetting}. */
  readonly repository: string;
  /** `refs/heads/...` or `refs/tags/...`. */
  readonly ref: string;
  /** Commit, 40 or 64 hexadecimal digits in lower case; only zeros for a ref that is gone, as in git's own hooks. */
  readonly sha: string;
  readonly provider: Provider;
  readonly trigger: PushTrigger;
  /** The provider's id of the delivery, where there is one. */
  readonly delivery_id?: string;
  readonly correlation_id: string;
  /** ISO 8601. */
  readonly received_at: string;
}

/** EventBridge `source` of every event below. */
export const EVENT_SOURCE = "slipway.code-push";

/** EventBridge `detail-type`s. Every detail carries `code_push` (the name) and `correlation_id`. */
export const EVENT_TYPES = {
  /** {@link SourcePushedDetail}. Published at least once for a commit on a ref, and for each move of `latest`. */
  sourcePushed: "Source Pushed",
  /** {@link SourceRemovedDetail}. Published at least once for a ref that a webhook told is gone. Its archives stay. */
  sourceRemoved: "Source Removed",
  /** `repository`, `ref`, `sha` where known, `message_id`, `code`, `reason`, `attempts`, `final`: a dead letter now. */
  pushFailed: "Source Push Failed",
  /** `missed`: count; `refs`: up to ten; `failed`: repositories that could not be asked. */
  missedFound: "Missed Pushes Found",
} as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** Detail of a {@link EVENT_TYPES.sourcePushed} event. */
export interface SourcePushedDetail {
  readonly code_push: string;
  readonly correlation_id: string;
  readonly repository: string;
  readonly ref: string;
  /** Branch or tag, without `refs/heads/` or `refs/tags/`. */
  readonly ref_name: string;
  readonly ref_kind: "branch" | "tag";
  readonly sha: string;
  readonly bucket: string;
  readonly key: string;
  readonly version_id?: string;
  /** Base64 SHA-256 of the archive. */
  readonly checksum_sha256: string;
  readonly size: number;
  /** Whether this is what `latest_key` points at. */
  readonly latest: boolean;
  readonly latest_key: string;
  readonly author: string;
  /** ISO 8601. */
  readonly commit_time: string;
  /** First line. */
  readonly message: string;
  readonly trigger: PushTrigger;
}

/** Detail of a {@link EVENT_TYPES.sourceRemoved} event. */
export interface SourceRemovedDetail extends Pick<
  SourcePushedDetail,
  "code_push" | "correlation_id" | "repository" | "ref" | "ref_name" | "ref_kind" | "trigger"
> {
  /** ISO 8601: when it was told. What was pushed later is there again. */
  readonly removed_at: string;
}

/** Metadata of an archive, as `x-amz-meta-*`. Text beyond ASCII is in RFC 2047's encoding. */
export const METADATA = {
  repository: "repository",
  commit: "commit",
  /** `refs/heads/...` or `refs/tags/...`. */
  ref: "ref",
  branch: "branch",
  tag: "tag",
  author: "author",
  commitTime: "commit-time",
  message: "commit-message",
  /** CodePipeline shows it as the revision's summary. */
  summary: "codepipeline-artifact-revision-summary",
  correlation: "correlation-id",
} as const;

/** CloudWatch namespace and metric names; the one dimension is `code_push`, the name. */
export const METRICS = {
  namespace: "Slipway/CodePush",
  nameDimension: "code_push",
  /** Webhooks that became messages. Unit: count. */
  accepted: "AcceptedWebhooks",
  /** Webhooks with good credentials and nothing to do. Unit: count. */
  ignored: "IgnoredWebhooks",
  /** Webhooks with bad credentials. Unit: count. Alarm on it. */
  refused: "RefusedWebhooks",
  /** Webhooks that could not be queued (503). Unit: count. Alarm on it. */
  unqueued: "UnqueuedWebhooks",
  /** Archives uploaded. Unit: count. */
  pushed: "PushedCommits",
  /** Bytes of them. Unit: bytes. */
  pushedBytes: "PushedBytes",
  /** Pushes that were done already, or that filters leave out. Unit: count. */
  unchanged: "UnchangedPushes",
  /** Failed attempts. Unit: count. */
  failed: "FailedPushes",
  /** From the webhook to the archive. Unit: milliseconds. */
  delay: "PushDelay",
  /** Refs that no webhook told of. Unit: count. Alarm on it. */
  missed: "MissedPushes",
  /** Repositories that could not be asked. Unit: count. Alarm on it. */
  unreachable: "UnreachableRepositories",
} as const;
