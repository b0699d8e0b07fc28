import { resolve } from "node:path";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ArnParts, LambdaFunction, QueueConsumer, Reconciler } from "@slipway/lambda";
import type { CodePushArgs } from "./code-push";
import {
  BUNDLES,
  DEFAULT_LIMITS,
  DEFAULT_MAX_RECEIVES,
  DEFAULT_MINIMUM_GIT,
  ENVIRONMENT,
  LOCAL_MINIMUM_GIT,
  PROVIDERS,
  webhookSecretVariable,
  WORK_BATCH_SIZE,
} from "./contract";
import { acceptPolicy, authorizePolicy, reconcilePolicy, workPolicy, type CodePushScope } from "./policies";

/** What a code push consists of so far. */
export interface CodePushParts {
  readonly args: CodePushArgs;
  /** In settings, events and metrics. */
  readonly codePushName: string;
  readonly repositoriesPath: string;
  readonly bucket: aws.s3.Bucket;
  /** The repositories' settings, which must be there before a function runs. */
  readonly settings: readonly aws.ssm.Parameter[];
  /** Partition, region and account that all of it is in. */
  readonly home: pulumi.Output<ArnParts>;
}

/** The functions of a code push. */
export interface CodePushFunctions {
  readonly authorize: LambdaFunction;
  readonly accept: LambdaFunction;
  readonly work: QueueConsumer;
}

type Purpose = keyof typeof BUNDLES;

/** Hosts give up after ten seconds; both functions before the Gateway. */
const WEBHOOK_TIMEOUT_SECONDS = 8;
/** A webhook's body is at most 1 MiB; what is bought here is the CPU for a short cold start. */
const WEBHOOK_MEGABYTES = 512;
export const DEFAULT_TIMEOUT_SECONDS = 300;
const WORK_MEGABYTES = 1769;
/** The longest that Lambda allows: the more remotes are asked in one run the better. */
const RECONCILE_TIMEOUT_SECONDS = 900;
const RECONCILE_MEGABYTES = 512;
export const DEFAULT_RECONCILE_MINUTES = 30;
/** Beside the repository and its archive. */
const SPARE_MEGABYTES = 256;

/** Where a layer has the parts of git. */
const LAYERED_GIT = "/opt/libexec/git-core";

/** Creates the functions: in front of the queue, behind it, and the one that finds what neither was told. */
export function createPushFunctions(name: string, parts: CodePushParts, parent: pulumi.Resource): CodePushFunctions {
  const work = createWork(name, parts, parent);
  const accept = new LambdaFunction(
    `${name}-accept`,
    {
      ...webhookArgs(parts, work, "accept"),
      description: "Verifies webhooks and queues what they ask for",
      environment: {
        [ENVIRONMENT.name]: parts.codePushName,
        ...webhookSecrets(parts),
        [ENVIRONMENT.repositoriesPath]: parts.repositoriesPath,
        [ENVIRONMENT.queueUrl]: work.queueUrl,
      },
    },
    { parent, dependsOn: [...parts.settings] },
  );
  const authorize = new LambdaFunction(
    `${name}-authorize`,
    {
      ...webhookArgs(parts, work, "authorize"),
      // Neither is invoked asynchronously, so that one queue of its own for failed events is one too many.
      failedEventsQueueArn: accept.deadLetterQueueArn,
      description: "Decides what headers of webhooks alone can prove",
      environment: { [ENVIRONMENT.name]: parts.codePushName, ...webhookSecrets(parts) },
    },
    { parent },
  );
  createReconciler(name, parts, work, parent);
  return { authorize, accept, work };
}

function createWork(name: string, parts: CodePushParts, parent: pulumi.Resource): QueueConsumer {
  const { args } = parts;
  const megabytes = limitOf(args, "fetchMegabytes") + limitOf(args, "archiveMegabytes") + SPARE_MEGABYTES;
  return new QueueConsumer(
    `${name}-work`,
    {
      ...commonArgs(args),
      ...gitArgs(args, "work"),
      description: "Fetches pushed commits and archives them",
      environment: {
        ...gitEnvironment(parts),
        [ENVIRONMENT.maxReceives]: String(args.maxReceives ?? DEFAULT_MAX_RECEIVES),
        [ENVIRONMENT.fetchMegabytes]: String(limitOf(args, "fetchMegabytes")),
        [ENVIRONMENT.archiveMegabytes]: String(limitOf(args, "archiveMegabytes")),
        [ENVIRONMENT.files]: String(limitOf(args, "files")),
      },
      queueUrlVariable: ENVIRONMENT.queueUrl,
      // The queue's own ARN is not known yet, and not needed.
      policy: scopeOf(parts, "").apply((scope) => JSON.stringify(workPolicy(scope))),
      batchSize: WORK_BATCH_SIZE,
      maxReceives: args.maxReceives ?? DEFAULT_MAX_RECEIVES,
      ...(args.maxConcurrency === undefined ? {} : { maxConcurrency: args.maxConcurrency }),
      timeoutSeconds: args.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMegabytes: WORK_MEGABYTES,
      ephemeralStorageMegabytes: megabytes,
    },
    { parent, dependsOn: [...parts.settings] },
  );
}

function createReconciler(name: string, parts: CodePushParts, work: QueueConsumer, parent: pulumi.Resource): void {
  const { args } = parts;
  new Reconciler(
    `${name}-reconcile`,
    {
      ...commonArgs(args),
      ...gitArgs(args, "reconcile"),
      description: "Finds pushes that no webhook told of, and queues them",
      environment: { ...gitEnvironment(parts), [ENVIRONMENT.queueUrl]: work.queueUrl },
      policy: scopeOf(parts, work.queueArn).apply((scope) => JSON.stringify(reconcilePolicy(scope))),
      timeoutSeconds: RECONCILE_TIMEOUT_SECONDS,
      memoryMegabytes: RECONCILE_MEGABYTES,
      everyMinutes: args.reconcileEveryMinutes ?? DEFAULT_RECONCILE_MINUTES,
    },
    { parent, dependsOn: [...parts.settings] },
  );
}

const bundleOf = (purpose: Purpose): string => resolve(__dirname, "lambda", BUNDLES[purpose]);

const commonArgs = ({ runtime, alarmActions }: CodePushArgs) => ({
  ...(runtime === undefined ? {} : { runtime }),
  ...(alarmActions === undefined ? {} : { alarmActions }),
});

/** What the two functions that a webhook passes have in common. */
const webhookArgs = (parts: CodePushParts, work: QueueConsumer, purpose: "authorize" | "accept") => ({
  ...commonArgs(parts.args),
  bundle: bundleOf(purpose),
  policy: scopeOf(parts, work.queueArn).apply((scope) =>
    JSON.stringify(purpose === "accept" ? acceptPolicy(scope) : authorizePolicy(scope)),
  ),
  timeoutSeconds: WEBHOOK_TIMEOUT_SECONDS,
  memoryMegabytes: WEBHOOK_MEGABYTES,
});

/** Where the two functions that need git get it from, and whose network they are in. */
function gitArgs(args: CodePushArgs, purpose: "work" | "reconcile") {
  const { gitImageUri, gitLayerArns, architecture, subnetIds, securityGroupIds } = args;
  const place = {
    ...(architecture === undefined ? {} : { architecture }),
    ...(subnetIds === undefined ? {} : { subnetIds }),
    ...(securityGroupIds === undefined ? {} : { securityGroupIds }),
  };
  if (gitImageUri !== undefined) {
    return { imageUri: gitImageUri, imageCommand: `${BUNDLES[purpose]}/index.handler`, ...place };
  }
  return { bundle: bundleOf(purpose), ...(gitLayerArns === undefined ? {} : { layerArns: gitLayerArns }), ...place };
}

/** What the two functions that need git are told. */
function gitEnvironment({ args, codePushName, repositoriesPath, bucket, home }: CodePushParts) {
  return {
    [ENVIRONMENT.name]: codePushName,
    [ENVIRONMENT.repositoriesPath]: repositoriesPath,
    [ENVIRONMENT.bucket]: bucket.bucket,
    [ENVIRONMENT.bucketOwner]: home.apply(({ account }) => account),
    [ENVIRONMENT.eventBus]: args.eventBusName ?? "default",
    [ENVIRONMENT.gitSeconds]: String(limitOf(args, "gitSeconds")),
    [ENVIRONMENT.minimumGit]: args.minimumGit ?? (args.machineGit === true ? LOCAL_MINIMUM_GIT : DEFAULT_MINIMUM_GIT),
    ...(args.keyTemplate === undefined ? {} : { [ENVIRONMENT.keyTemplate]: args.keyTemplate }),
    // git looks for its parts where it was built to be, and a layer is under /opt.
    ...(args.gitLayerArns === undefined ? {} : { GIT_EXEC_PATH: LAYERED_GIT }),
  };
}

/** The cap that is in force. */
export const limitOf = (args: CodePushArgs, limit: keyof typeof DEFAULT_LIMITS): number =>
  args[limit] ?? DEFAULT_LIMITS[limit];

/** The secrets that webhooks are verified with, by the variables that tell of them. */
function webhookSecrets({ args }: CodePushParts): Record<string, pulumi.Input<string>> {
  const given = PROVIDERS.flatMap((provider) => {
    const arn = args.webhookSecretArns[provider];
    return arn === undefined ? [] : [[webhookSecretVariable(provider), arn] as const];
  });
  return Object.fromEntries(given);
}

/** What the policies are about. @param queueArn The queue that pushes are done from. */
function scopeOf(
  { args, repositoriesPath, bucket, home }: CodePushParts,
  queueArn: pulumi.Input<string>,
): pulumi.Output<CodePushScope> {
  const credentials = args.repositories.flatMap(({ credentialsSecretArn: arn }) => (arn === undefined ? [] : [arn]));
  return pulumi
    .output({
      home,
      queueArn,
      bucketArn: bucket.arn,
      bucketKeyArn: args.kmsKeyArn,
      secretKeyArns: args.secretKeyArns ?? [],
      webhookSecretArns: Object.values(args.webhookSecretArns),
      credentialsSecretArns: credentials,
    })
    .apply(({ home: { partition, region, account }, ...arns }) => ({
      ...arns,
      partition,
      region,
      account,
      repositoriesPath,
      eventBusArn: `arn:${partition}:events:${region}:${account}:event-bus/${args.eventBusName ?? "default"}`,
    }));
}
