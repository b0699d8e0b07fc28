import * as pulumi from "@pulumi/pulumi";
import { arnParts, createPrivateBucket, refuseUnknownArguments, type QueueConsumer } from "@slipway/lambda";
import { checkArgs } from "./argument-checks";
import { FAILURES, WEBHOOK_ROUTES } from "./contract";
import { archiveReaderPolicy, sourceBucketPolicy } from "./policies";
import { createPushAlarms } from "./push-alarms";
import { createPushFunctions, DEFAULT_RECONCILE_MINUTES, type CodePushParts } from "./push-functions";
import { createRepositoryParameters, type PushedRepository } from "./pushed-repositories";
import { createWebhookApi } from "./webhook-api";

/** Arguments of {@link CodePush}. */
export interface CodePushArgs {
  /** Repositories whose pushes are archived. Nothing else is ever fetched. */
  repositories: PushedRepository[];
  /**
   * ARNs of the secrets that webhooks are verified with, by who sends them: `github`, `gitlab`, `bitbucket`, `generic`.
   * Who has none is not served. Values are put there by hand: `{"current": "...", "previous": "..."}`.
   */
  webhookSecretArns: Record<string, pulumi.Input<string>>;
  /** Name of this code push in the path of its settings, in events and in metrics. @default the component's name */
  codePushName?: string;
  /** ARNs of layers that bring git to the functions that need it. One of three, see `gitImageUri` and `machineGit`. */
  gitLayerArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** URI in ECR of an image with git and the bundles of those functions. See the README for how to make it. */
  gitImageUri?: pulumi.Input<string>;
  /** True where the functions run on a machine that has git: on the local emulator, never in AWS Lambda. @default false */
  machineGit?: boolean;
  /** `x86_64` or `arm64`: what layers or image are made for. @default "x86_64" */
  architecture?: pulumi.Input<string>;
  /** Oldest git that is let near a repository. @default "2.50.1", or "2.39.5" with `machineGit` */
  minimumGit?: string;
  /** Ids of subnets for the functions that need git, where a host is not on the public internet. @default none */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of their security groups; must be given with `subnetIds`. */
  securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARNs of KMS keys that the secrets are encrypted with. @default AWS's own key for secrets */
  secretKeyArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Physical name of the bucket, when others must know it. @default chosen by Pulumi */
  bucketName?: pulumi.Input<string>;
  /** ARN of the KMS key that the bucket encrypts with. @default keys that S3 manages */
  kmsKeyArn?: pulumi.Input<string>;
  /** Where archives go: `{host}`, `{owner}`, `{repo}`, `{branch|tag}` and `{sha}`. @default "{host}/{owner}/{repo}/{branch|tag}/{sha}.zip" */
  keyTemplate?: string;
  /** MiB that may be fetched of a repository. @default 512 */
  fetchMegabytes?: number;
  /** MiB of all files of a commit together. @default 512 */
  archiveMegabytes?: number;
  /** Files in a commit. @default 50000 */
  files?: number;
  /** Seconds for one git command. @default 240 */
  gitSeconds?: number;
  /** Seconds that a push may take, up to 900; one that failed is tried again after six times as long. @default 300 */
  timeoutSeconds?: number;
  /** Receives after which a push is a dead letter, 1 to 1000. @default 5 */
  maxReceives?: number;
  /** Pushes at once, 2 to 1000. @default as many as the account's concurrency allows */
  maxConcurrency?: number;
  /** Webhooks per second beyond which the answer is 429. @default 50 */
  requestsPerSecond?: number;
  /** Webhooks at once beyond which the answer is 429. @default 100 */
  requestBurst?: number;
  /** Minutes between two comparisons of the remotes with what was archived, 1 to 720. @default 30 */
  reconcileEveryMinutes?: number;
  /** Name of the event bus that events go to. @default "default" */
  eventBusName?: string;
  /** Runtime of the functions. @default "nodejs24.x" */
  runtime?: string;
  /** ARNs, e.g. of SNS topics, that the alarms tell. @default alarms change state and tell nobody */
  alarmActions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether the bucket refuses deletion. @default true; false only for development */
  protect?: boolean;
}

/** A bucket and the account that owns it. */
export interface ArchiveBucketOutput {
  name: string;
  /** 12 digits. */
  owner: string;
}

/** Where a code push is, in the words of `CodePushConnection` of this package's library. */
export interface CodePushOutput {
  name: string;
  repositoriesPath: string;
  bucket: ArchiveBucketOutput;
  keyTemplate?: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  eventBus: string;
  region: string;
}

/**
 * Archives every commit that is pushed to the listed repositories, in a bucket, exactly that commit, under a key of its own.
 *
 * Creates: an HTTP API for webhooks with authorizers in front, the function that verifies and queues them, a queue
 * (with dead letters) and the function that fetches and archives, a bucket (versioned, encrypted, private, TLS only), the
 * repositories' settings in SSM, a reconciler that finds pushes no webhook told of, and alarms.
 *
 * @example
 * new CodePush("source", {
 *   repositories: [{ id: "github.com/acme/shop", provider: "github", url: "https://github.com/acme/shop.git" }],
 *   webhookSecretArns: { github: secret.arn },
 *   gitLayerArns: [layer.arn],
 * });
 *
 * @throws InvalidInputError naming the argument that cannot be used, e.g. two repositories whose archives would collide.
 */
export class CodePush extends pulumi.ComponentResource {
  /** Where webhooks are sent, by route: `github`, `gitlab` with a secret token, `gitlab/standard` with a signing token, ... */
  readonly webhookUrls: pulumi.Output<Record<string, string>>;
  readonly bucketName: pulumi.Output<string>;
  /** IAM policy document (JSON) for whoever takes archives over, e.g. the role of a pipeline. */
  readonly readerPolicy: pulumi.Output<string>;
  /** What the library's `openCodePush` and the command line need to find this code push. */
  readonly connection: pulumi.Output<CodePushOutput>;

  constructor(name: string, args: CodePushArgs, opts?: pulumi.ComponentResourceOptions) {
    super("code-push:index:CodePush", name, args, opts);
    refuseUnknownArguments(__dirname, "code-push:index:CodePush", args);
    const codePushName = args.codePushName ?? name;
    checkArgs(args, codePushName);
    const guarded = args.protect ?? true;

    const repositoriesPath = `/slipway/code-push/${codePushName}/repositories`;
    const settings = createRepositoryParameters(name, repositoriesPath, args.repositories, this);
    const bucket = createPrivateBucket(
      name,
      {
        bucketName: args.bucketName,
        kmsKeyArn: args.kmsKeyArn,
        guarded,
        policy: sourceBucketPolicy,
        expiry: { [FAILURES.prefix]: FAILURES.days },
      },
      this,
    );
    // The program need not ask AWS for its own account and region: the first parameter tells.
    const home = pulumi.all(settings.map(({ arn }) => arn)).apply(([arn = ""]) => arnParts(arn));
    const parts: CodePushParts = { args, codePushName, repositoriesPath, bucket, settings, home };
    const { authorize, accept, work } = createPushFunctions(name, parts, this);
    const { requestsPerSecond = 50, requestBurst = 100, alarmActions } = args;
    const routes = WEBHOOK_ROUTES.filter(({ provider }) => args.webhookSecretArns[provider] !== undefined);
    const api = createWebhookApi(
      name,
      { routes, authorize, accept, requestsPerSecond, requestBurst, alarmActions },
      this,
    );
    const { reconcileEveryMinutes = DEFAULT_RECONCILE_MINUTES } = args;
    createPushAlarms(name, { codePushName, reconcileEveryMinutes, alarmActions }, this);

    this.webhookUrls = api.apiEndpoint.apply((endpoint) =>
      Object.fromEntries(routes.map(({ path }) => [path, `${endpoint}/${path}`])),
    );
    this.bucketName = bucket.bucket;
    this.readerPolicy = pulumi
      .all([bucket.arn, args.kmsKeyArn])
      .apply(([bucketArn, bucketKeyArn]) => JSON.stringify(archiveReaderPolicy({ bucketArn, bucketKeyArn })));
    this.connection = connectionOf(parts, work);
    this.registerOutputs({
      webhookUrls: this.webhookUrls,
      bucketName: this.bucketName,
      readerPolicy: this.readerPolicy,
      connection: this.connection,
    });
  }
}

function connectionOf(
  { args, codePushName, repositoriesPath, bucket, home }: CodePushParts,
  { queueUrl, deadLetterQueueUrl }: QueueConsumer,
): pulumi.Output<CodePushOutput> {
  return pulumi
    .all([home, bucket.bucket, queueUrl, deadLetterQueueUrl])
    .apply(([{ account, region }, bucketName, queue, deadLetters]) => ({
      name: codePushName,
      repositoriesPath,
      bucket: { name: bucketName, owner: account },
      ...(args.keyTemplate !== undefined && { keyTemplate: args.keyTemplate }),
      queueUrl: queue,
      deadLetterQueueUrl: deadLetters,
      eventBus: args.eventBusName ?? "default",
      region,
    }));
}
