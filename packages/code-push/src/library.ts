import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { processStopwatch, randomIds, realSleeper, systemClock } from "@slipway/aws-runtime";
import { assumeRoles, type RoleToAssume } from "@slipway/aws-runtime/assume-roles";
import { EventBridgePublisher } from "@slipway/aws-runtime/events";
import { SqsDeadLetters } from "@slipway/aws-runtime/queues";
import { AwsJson, settingsFromEnvironment } from "./adapters/aws-json";
import { ProviderCommitStatuses } from "./adapters/commit-statuses";
import { GitAccessSource } from "./adapters/git-access";
import { CommandGitRemote } from "./adapters/git-remote";
import { GitHubAppTokens } from "./adapters/github-app";
import { S3ArchiveStore } from "./adapters/s3-archive-store";
import { createS3 } from "./adapters/s3-client";
import { SecretsManagerCredentials } from "./adapters/secrets-manager";
import { SqsPushQueue } from "./adapters/sqs-push-queue";
import { SsmRepositories } from "./adapters/ssm-repositories";
import { EVENT_SOURCE, LOCAL_MINIMUM_GIT } from "./contract";
import { CodePushNotFoundError } from "./core/errors";
import { gitLimits } from "./core/limits";
import type { Bucket, RepositoryDirectory } from "./core/ports";
import { createRepositories } from "./core/repositories";
import { createPushClient, createPushOnce, type PushDependencies } from "./operations";
import type { PushClient, PushedOnce, PushOnceInput } from "./push-client";

export { CREDENTIALS_VARIABLE } from "./contract";
export type { PushMessage, RepositorySetting, SourcePushedDetail } from "./contract";
export * from "./core/errors";
export type { PushFailure } from "./core/failure";
export type { Pointer, Receipt } from "./core/latest";
export type { Bucket } from "./core/ports";
export { createPushClient } from "./operations";
export type { PushDependencies } from "./operations";
export type * from "./push-client";

/** Whose AWS it is. */
export interface AwsSettings {
  /** @default the ambient region */
  readonly region?: string | undefined;
  /** Roles to act as, each assumed with the one before. @default the ambient credentials */
  readonly roles?: readonly RoleToAssume[] | undefined;
  /** Oldest git of this machine that is let near a repository. @default LOCAL_MINIMUM_GIT */
  readonly minimumGit?: string | undefined;
}

/** Where a code push is: the component's output `connection`. */
export interface CodePushConnection extends AwsSettings {
  readonly name: string;
  readonly repositoriesPath: string;
  readonly bucket: Bucket;
  readonly keyTemplate?: string | undefined;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Name or ARN. @default "default" */
  readonly eventBus?: string | undefined;
}

/** Opens a code push. Makes no request by itself. */
export const openCodePush = (connection: CodePushConnection): PushClient =>
  createPushClient(connectCodePush(connection));

/**
 * Archives what a repository is at, and puts it under a key, whatever is there: no code push need be deployed for it.
 *
 * @throws InvalidInputError for an address that is not https or ssh.
 */
export const pushOnce = (input: PushOnceInput, settings: AwsSettings = {}): Promise<PushedOnce> => {
  const aws = connectAws(settings);
  const git = connectGit(settings, aws.json, { repositories: async () => createRepositories([]) });
  return createPushOnce({
    git: git.remote,
    openBucket: (bucket) => new S3ArchiveStore(aws.s3, bucket),
    ids: randomIds,
  })(input);
};

/** The dependencies of the operations on AWS; replace some of them to embed or to test. */
export function connectCodePush(connection: CodePushConnection): PushDependencies {
  const { name, bucket, keyTemplate, queueUrl, deadLetterQueueUrl, eventBus = "default" } = connection;
  const aws = connectAws(connection);
  const directory = new SsmRepositories(aws.json, connection.repositoriesPath, processStopwatch);
  const git = connectGit(connection, aws.json, directory);
  return {
    name,
    bucket,
    keyTemplate,
    directory,
    archives: new S3ArchiveStore(aws.s3, bucket),
    git: git.remote,
    queue: new SqsPushQueue(aws.json, queueUrl),
    deadLetters: new SqsDeadLetters(
      aws.sqs,
      deadLetterQueueUrl,
      queueUrl,
      (action, cause) => new CodePushNotFoundError(action, { cause }),
    ),
    events: new EventBridgePublisher(aws.events, eventBus, EVENT_SOURCE),
    statuses: new ProviderCommitStatuses(git.access),
    clock: systemClock,
    ids: randomIds,
    sleeper: realSleeper,
  };
}

function connectAws({ region, roles = [] }: AwsSettings) {
  const credentials = assumeRoles(roles, region) ?? fromNodeProviderChain();
  const settings = { maxAttempts: 6, credentials, ...(region !== undefined && { region }) };
  const ambient = settingsFromEnvironment(process.env);
  return {
    json: new AwsJson({ ...ambient, ...(region !== undefined && { region }), keys: () => credentials() }),
    s3: createS3(settings),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
  };
}

function connectGit({ minimumGit = LOCAL_MINIMUM_GIT }: AwsSettings, aws: AwsJson, directory: RepositoryDirectory) {
  const access = new GitAccessSource(new SecretsManagerCredentials(aws, processStopwatch), new GitHubAppTokens());
  const remote = new CommandGitRemote({ access, directory, limits: gitLimits(), minimumGit, ambient: process.env });
  return { access, remote };
}
