import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { DEFAULT_MAX_RECEIVES, DEFAULT_MINIMUM_GIT, ENVIRONMENT, EVENT_SOURCE, METRICS } from "../contract";
import { requireTemplate } from "../core/keys";
import { gitLimits } from "../core/limits";
import type { DeadLetters } from "../core/ports";
import { AwsJson, settingsFromEnvironment } from "./aws-json";
import { ProviderCommitStatuses } from "./commit-statuses";
import { optional, required, whole, type Variables } from "./variables";
import { GitAccessSource } from "./git-access";
import { CommandGitRemote } from "./git-remote";
import { GitHubAppTokens } from "./github-app";
import { S3ArchiveStore } from "./s3-archive-store";
import { createS3 } from "./s3-client";
import { SecretsManagerCredentials } from "./secrets-manager";
import { SqsPushQueue } from "./sqs-push-queue";
import { SsmRepositories } from "./ssm-repositories";

/** Retries with growing pauses. */
const RETRIES = { maxAttempts: 6 } as const;

/** Functions have no dead letters to redrive: the queue moves them, people send them back. */
const noDeadLetters: DeadLetters = {
  receive: () => Promise.resolve([]),
  putBack: () => Promise.resolve(),
  redrive: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Builds what the two functions that use git work with. @throws InvalidInputError naming a variable that is wrong. */
export function connectWorker(env: Variables) {
  const name = required(env, ENVIRONMENT.name);
  const aws = new AwsJson(settingsFromEnvironment(env));
  const bucket = { name: required(env, ENVIRONMENT.bucket), owner: required(env, ENVIRONMENT.bucketOwner) };
  const directory = new SsmRepositories(aws, required(env, ENVIRONMENT.repositoriesPath), processStopwatch);
  const access = new GitAccessSource(new SecretsManagerCredentials(aws, processStopwatch), new GitHubAppTokens());
  const template = optional(env, ENVIRONMENT.keyTemplate);
  const events = new EventBridgeClient(RETRIES);
  return {
    name,
    bucket,
    directory,
    keyTemplate: template === undefined ? undefined : requireTemplate(template, "all", ENVIRONMENT.keyTemplate),
    archives: new S3ArchiveStore(createS3(RETRIES), bucket),
    git: new CommandGitRemote({
      access,
      directory,
      limits: gitLimits(limitsOf(env)),
      minimumGit: optional(env, ENVIRONMENT.minimumGit) ?? DEFAULT_MINIMUM_GIT,
      ambient: env,
    }),
    queue: new SqsPushQueue(aws, required(env, ENVIRONMENT.queueUrl)),
    deadLetters: noDeadLetters,
    events: new EventBridgePublisher(events, required(env, ENVIRONMENT.eventBus), EVENT_SOURCE),
    statuses: new ProviderCommitStatuses(access),
    metrics: pushMetrics(name),
    log: createLog("code-push"),
    maxReceives: whole(env, ENVIRONMENT.maxReceives) ?? DEFAULT_MAX_RECEIVES,
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
  };
}

/** Metrics of one code push. */
export const pushMetrics = (name: string) =>
  createMetrics({
    namespace: METRICS.namespace,
    dimension: METRICS.nameDimension,
    value: name,
    bytes: [METRICS.pushedBytes],
    milliseconds: [METRICS.delay],
  });

function limitsOf(env: Variables): NonNullable<Parameters<typeof gitLimits>[0]> {
  const given = (["fetchMegabytes", "archiveMegabytes", "files", "gitSeconds"] as const).map((name) => [
    name,
    whole(env, ENVIRONMENT[name]),
  ]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
