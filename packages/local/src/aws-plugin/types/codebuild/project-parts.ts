import type * as aws from "@pulumi/aws";
import type {
  LogsConfig,
  ProjectArtifacts,
  ProjectCache,
  ProjectEnvironment,
  ProjectSource,
} from "@aws-sdk/client-codebuild";
import type { Plain } from "../../plain";

/** Inputs of a project, resolved. */
export type Args = Plain<aws.codebuild.ProjectArgs>;

/** The artifacts that AWS reports, in Pulumi's words. */
export const artifactsOf = (found: ProjectArtifacts | undefined): Args["artifacts"] => ({
  artifactIdentifier: found?.artifactIdentifier,
  encryptionDisabled: found?.encryptionDisabled ?? false,
  location: found?.location,
  name: found?.name,
  namespaceType: found?.namespaceType,
  overrideArtifactName: found?.overrideArtifactName ?? false,
  packaging: found?.packaging,
  path: found?.path,
  type: found?.type ?? "NO_ARTIFACTS",
});

/** The cache that AWS reports. */
export const cacheOf = (found: ProjectCache | undefined): Args["cache"] => ({
  location: found?.location,
  modes: found?.modes,
  type: found?.type ?? "NO_CACHE",
});

/** The environment that AWS reports. */
export const environmentOf = (found: ProjectEnvironment | undefined): Args["environment"] => ({
  computeType: found?.computeType ?? "",
  environmentVariables: found?.environmentVariables?.map(({ name = "", value = "", type = "PLAINTEXT" }) => ({
    name,
    type,
    value,
  })),
  image: found?.image ?? "",
  imagePullCredentialsType: found?.imagePullCredentialsType ?? "CODEBUILD",
  privilegedMode: found?.privilegedMode ?? false,
  type: found?.type ?? "",
});

/** Where AWS says that logs go. */
export const logsOf = (found: LogsConfig | undefined): Args["logsConfig"] => ({
  cloudwatchLogs: {
    groupName: found?.cloudWatchLogs?.groupName,
    status: found?.cloudWatchLogs?.status ?? "ENABLED",
    streamName: found?.cloudWatchLogs?.streamName,
  },
  s3Logs: {
    encryptionDisabled: found?.s3Logs?.encryptionDisabled ?? false,
    location: found?.s3Logs?.location,
    status: found?.s3Logs?.status ?? "DISABLED",
  },
});

/** The source that AWS reports. */
export const sourceOf = (found: ProjectSource | undefined): Args["source"] => ({
  buildspec: found?.buildspec,
  gitCloneDepth: found?.gitCloneDepth,
  gitSubmodulesConfig: found?.gitSubmodulesConfig && {
    fetchSubmodules: found.gitSubmodulesConfig.fetchSubmodules ?? false,
  },
  insecureSsl: found?.insecureSsl ?? false,
  location: found?.location,
  reportBuildStatus: found?.reportBuildStatus ?? false,
  type: found?.type ?? "NO_SOURCE",
});
