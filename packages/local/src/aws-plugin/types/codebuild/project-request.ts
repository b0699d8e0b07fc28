import type {
  ArtifactsType,
  CacheMode,
  CacheType,
  ComputeType,
  EnvironmentType,
  EnvironmentVariableType,
  ImagePullCredentialsType,
  LogsConfigStatusType,
  LogsConfig,
  ProjectEnvironment,
  SourceType,
  UpdateProjectInput,
} from "@aws-sdk/client-codebuild";
import { compact } from "../../plain";
import { toTagList } from "../tags";
import type { Args } from "./project-parts";

/** What CodeBuild is asked for. */
export function request(inputs: Args): UpdateProjectInput {
  const { artifacts, cache, source } = inputs;
  return compact({
    name: String(inputs.name),
    artifacts: { ...artifacts, type: artifacts.type as ArtifactsType } as UpdateProjectInput["artifacts"],
    badgeEnabled: inputs.badgeEnabled,
    cache: cache && {
      location: cache.location,
      modes: cache.modes as CacheMode[] | undefined,
      type: (cache.type ?? "NO_CACHE") as CacheType,
    },
    concurrentBuildLimit: inputs.concurrentBuildLimit,
    description: inputs.description,
    encryptionKey: inputs.encryptionKey,
    environment: environment(inputs.environment),
    logsConfig: inputs.logsConfig && logs(inputs.logsConfig),
    queuedTimeoutInMinutes: inputs.queuedTimeout,
    serviceRole: inputs.serviceRole,
    source: { ...source, type: source.type as SourceType } as UpdateProjectInput["source"],
    sourceVersion: inputs.sourceVersion,
    tags: toTagList(inputs.tags).map(({ Key: key, Value: value }) => ({ key, value })),
    timeoutInMinutes: inputs.buildTimeout,
  });
}

const environment = (given: Args["environment"]): ProjectEnvironment => ({
  computeType: given.computeType as ComputeType,
  environmentVariables: given.environmentVariables?.map(({ name, value, type }) => ({
    name,
    value,
    type: (type ?? "PLAINTEXT") as EnvironmentVariableType,
  })),
  image: given.image,
  imagePullCredentialsType: (given.imagePullCredentialsType ?? "CODEBUILD") as ImagePullCredentialsType,
  privilegedMode: given.privilegedMode ?? false,
  type: given.type as EnvironmentType,
});

const logs = ({ cloudwatchLogs, s3Logs }: NonNullable<Args["logsConfig"]>): LogsConfig => ({
  cloudWatchLogs: {
    groupName: cloudwatchLogs?.groupName,
    status: (cloudwatchLogs?.status ?? "ENABLED") as LogsConfigStatusType,
    streamName: cloudwatchLogs?.streamName,
  },
  s3Logs: {
    encryptionDisabled: s3Logs?.encryptionDisabled,
    location: s3Logs?.location,
    status: (s3Logs?.status ?? "DISABLED") as LogsConfigStatusType,
  },
});
