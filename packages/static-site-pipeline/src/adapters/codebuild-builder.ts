import { GetLogEventsCommand, type CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetBuildsCommand,
  StartBuildCommand,
  StopBuildCommand,
  type CodeBuildClient,
  type EnvironmentVariable,
  type StartBuildCommandInput,
} from "@aws-sdk/client-codebuild";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { archiveKey, BUILD_VARIABLES as V } from "../contract";
import { DEFAULT_BUILD, settingsVariables } from "../core/buildspec";
import { NoSourceError } from "../core/errors";
import type { Build, Pipeline } from "../core/pipeline";
import type { Builder } from "../core/ports";
import { basePathOf } from "../core/preview-address";

/** Credentials for fetching a site's source, kept where only its builds can read them. */
export interface GitCredentials {
  /** Puts the value of an Authorization header into a secret and names that; nothing where no credentials are needed. */
  prepare(row: Pipeline): Promise<string | undefined>;
}

/** What the builder works with. */
export interface BuilderSettings {
  readonly builds: CodeBuildClient;
  readonly logs: CloudWatchLogsClient;
  /** Bucket of what builds archive. */
  readonly bucket: string;
  readonly credentials: GitCredentials;
}

/** CodeBuild. */
export class CodeBuildBuilder implements Builder {
  constructor(private readonly settings: BuilderSettings) {}

  async start(row: Pipeline, build: Build) {
    const project = row.resources.build_project;
    if (project === undefined) throw new NoSourceError(row.site_id, "has no build project");
    const input = await this.inputOf(row, build, project);
    const action = `codebuild:StartBuild ${project}`;
    const { build: started } = await callAws(action, () => this.settings.builds.send(new StartBuildCommand(input)));
    if (started?.id === undefined) throw new TypeError(`${action} answered without an id`);
    return { build_id: started.id, log: started.logs?.deepLink };
  }

  async stop(buildId: string): Promise<void> {
    try {
      await callAws(`codebuild:StopBuild ${buildId}`, () =>
        this.settings.builds.send(new StopBuildCommand({ id: buildId })),
      );
    } catch (error) {
      // Ended already, or gone: stopped in either case.
      if (!isAwsError(error, "InvalidInputException", "ResourceNotFoundException")) throw error;
    }
  }

  async logs(buildId: string, cursor?: string) {
    const { builds, logs } = this.settings;
    const command = new BatchGetBuildsCommand({ ids: [buildId] });
    const { builds: [build] = [] } = await callAws("codebuild:BatchGetBuilds", () => builds.send(command));
    const { groupName, streamName } = build?.logs ?? {};
    const ended = build?.buildComplete ?? build === undefined;
    if (groupName === undefined || streamName === undefined) return { lines: [], cursor, ended };
    const page = new GetLogEventsCommand({
      logGroupName: groupName,
      logStreamName: streamName,
      startFromHead: true,
      nextToken: cursor,
    });
    const { events = [], nextForwardToken } = await callAws(`logs:GetLogEvents ${groupName}`, () => logs.send(page));
    const lines = events.map(({ timestamp = 0, message = "" }) => ({
      at: new Date(timestamp).toISOString(),
      text: message.trimEnd(),
    }));
    return { lines, cursor: nextForwardToken ?? cursor, ended: ended && lines.length === 0 };
  }

  private async inputOf(row: Pipeline, build: Build, project: string): Promise<StartBuildCommandInput> {
    const key = archiveKey(row.site_id, build.number);
    const [name = "", ...folders] = key.split("/").reverse();
    return {
      projectName: project,
      // Later than the project the settings may have changed.
      timeoutInMinutesOverride: row.settings.build?.timeout_minutes ?? DEFAULT_BUILD.timeoutMinutes,
      idempotencyToken: `${row.site_id}-${build.number}`,
      environmentVariablesOverride: [...variablesOf(row, build), ...(await this.secretsOf(row, build))],
      artifactsOverride: {
        type: "S3",
        location: this.settings.bucket,
        path: folders.reverse().join("/"),
        name,
        namespaceType: "NONE",
        packaging: "ZIP",
      },
      ...sourceOf(build),
    };
  }

  private async secretsOf(row: Pipeline, build: Build): Promise<readonly EnvironmentVariable[]> {
    if (build.archive !== undefined) return [];
    const secret = await this.settings.credentials.prepare(row);
    if (secret === undefined) return [];
    return [{ name: V.gitAuthorization, value: secret, type: "SECRETS_MANAGER" }];
  }
}

/** CodePush's archive is unpacked by CodeBuild itself; everything else is fetched by the build. */
function sourceOf({ archive }: Build): Partial<StartBuildCommandInput> {
  if (archive === undefined) return { sourceTypeOverride: "NO_SOURCE" };
  return {
    sourceTypeOverride: "S3",
    sourceLocationOverride: `${archive.bucket}/${archive.key}`,
    ...(archive.version_id !== undefined && { sourceVersion: archive.version_id }),
  };
}

function variablesOf({ site_id, settings, resources }: Pipeline, build: Build): readonly EnvironmentVariable[] {
  const { source } = settings;
  const values = {
    ...settingsVariables(settings.build),
    [V.site]: site_id,
    [V.number]: `${build.number}`,
    [V.correlation]: build.correlation_id,
    [V.commit]: build.commit ?? `refs/heads/${build.branch ?? branchOf(source)}`,
    [V.branch]: build.branch ?? "",
    [V.repository]: source.kind === "zip" ? "" : source.repository,
    [V.basePath]: basePathOf(resources, build.preview),
    [V.sourceKind]: build.archive === undefined ? "git" : "archive",
  };
  return Object.entries(values).map(([name, value]) => ({ name, value, type: "PLAINTEXT" }));
}

const branchOf = (source: Pipeline["settings"]["source"]): string => (source.kind === "zip" ? "" : source.branch);
