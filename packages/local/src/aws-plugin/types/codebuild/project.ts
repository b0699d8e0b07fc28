import type * as aws from "@pulumi/aws";
import { ProjectVisibilityType, type CreateProjectInput, type Project } from "@aws-sdk/client-codebuild";
import type { ResourceType } from "../../resource-type";
import { fromTagList } from "../tags";
import { artifactsOf, cacheOf, environmentOf, logsOf, sourceOf, type Args } from "./project-parts";
import { request } from "./project-request";

/** CodeBuild project. Id: its ARN; an import names it by name or ARN. Not in a VPC, one source, no fleet. */
export const project: ResourceType<aws.codebuild.ProjectArgs, aws.codebuild.ProjectState> = {
  token: "aws:codebuild/project:Project",
  inputs: {
    artifacts: {
      required: true,
      fields: {
        artifactIdentifier: true,
        encryptionDisabled: true,
        location: true,
        name: true,
        namespaceType: true,
        overrideArtifactName: true,
        packaging: true,
        path: true,
        type: true,
      },
    },
    badgeEnabled: { default: false },
    buildTimeout: { default: 60 },
    cache: { computed: true, fields: { location: true, modes: true, type: true } },
    concurrentBuildLimit: {},
    description: { computed: true },
    encryptionKey: { computed: true },
    environment: {
      required: true,
      fields: {
        computeType: true,
        environmentVariables: { name: true, type: true, value: true },
        image: true,
        imagePullCredentialsType: true,
        privilegedMode: true,
        type: true,
      },
    },
    logsConfig: {
      computed: true,
      fields: {
        cloudwatchLogs: { groupName: true, status: true, streamName: true },
        s3Logs: { encryptionDisabled: true, location: true, status: true },
      },
    },
    name: { replaces: true, computed: true },
    projectVisibility: { default: ProjectVisibilityType.PRIVATE },
    queuedTimeout: { default: 480 },
    serviceRole: { required: true },
    source: {
      required: true,
      fields: {
        buildspec: true,
        gitCloneDepth: true,
        gitSubmodulesConfig: { fetchSubmodules: true },
        insecureSsl: true,
        location: true,
        reportBuildStatus: true,
        type: true,
      },
    },
    sourceVersion: {},
    tags: { kind: "map" },
  },
  outputs: ["arn", "badgeUrl", "publicProjectAlias", "tagsAll"],
  autoName: { property: "name", maxLength: 150 },
  identity: ["name"],

  async create({ clients }, inputs) {
    const made = await (await clients.codebuild()).createProject(request(inputs) as CreateProjectInput);
    return String(made.project?.arn);
  },

  async read({ clients }, id) {
    const { projects: [found] = [] } = await (await clients.codebuild()).batchGetProjects({ names: [id] });
    return found && describe(found);
  },

  async update({ clients }, _id, { inputs, changed }) {
    // CodeBuild keeps what is not named, so what was taken away is named empty.
    const emptied = changed("description", "sourceVersion", "cache", "logsConfig") ? EMPTY : {};
    await (await clients.codebuild()).updateProject({ ...emptied, ...request(inputs) });
  },

  async delete({ clients }, _id, { name }) {
    await (await clients.codebuild()).deleteProject({ name });
  },
};

const EMPTY = {
  description: "",
  sourceVersion: "",
  cache: { type: "NO_CACHE" },
  logsConfig: { cloudWatchLogs: { status: "ENABLED" }, s3Logs: { status: "DISABLED" } },
} as const;

function describe(found: Project) {
  return {
    id: String(found.arn),
    arn: found.arn,
    artifacts: artifactsOf(found.artifacts),
    badgeEnabled: found.badge?.badgeEnabled ?? false,
    badgeUrl: found.badge?.badgeRequestUrl ?? "",
    buildTimeout: found.timeoutInMinutes,
    cache: cacheOf(found.cache),
    concurrentBuildLimit: found.concurrentBuildLimit,
    description: found.description ?? "",
    encryptionKey: found.encryptionKey,
    environment: environmentOf(found.environment),
    logsConfig: logsOf(found.logsConfig),
    name: found.name,
    projectVisibility: found.projectVisibility ?? ProjectVisibilityType.PRIVATE,
    publicProjectAlias: found.publicProjectAlias ?? "",
    queuedTimeout: found.queuedTimeoutInMinutes ?? 480,
    serviceRole: found.serviceRole,
    source: sourceOf(found.source),
    sourceVersion: found.sourceVersion,
    tags: fromTagList(found.tags?.map(({ key: Key, value: Value }) => ({ Key, Value }))),
  } satisfies Partial<Args> & Record<string, unknown>;
}
