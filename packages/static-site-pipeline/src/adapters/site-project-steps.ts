import {
  CreateProjectCommand,
  DeleteProjectCommand,
  UpdateProjectCommand,
  type CodeBuildClient,
  type CreateProjectCommandInput,
} from "@aws-sdk/client-codebuild";
import { callAws, isAwsError } from "@slipway/aws-runtime";
import { BUILDSPEC, DEFAULT_BUILD } from "../core/buildspec";
import type { Pipeline } from "../core/pipeline";
import type { OwnSecrets } from "./site-secrets";
import { projectNameOf, tagsOf, type SitePlace } from "../core/site-names";

/** What all projects have in common. */
export interface ProjectSettings {
  readonly roleArn: string;
  readonly image: string;
  readonly logGroup?: string | undefined;
}

/** CodeBuild projects of sites. */
export class SiteProjects {
  constructor(
    private readonly client: CodeBuildClient,
    private readonly place: SitePlace,
    private readonly shared: ProjectSettings,
    private readonly gitSecrets: Pick<OwnSecrets, "remove">,
  ) {}

  /** Makes it, or brings it to what it should be. */
  async ensure(row: Pipeline): Promise<string> {
    const input = this.inputOf(row);
    try {
      await this.call("CreateProject", () => this.client.send(new CreateProjectCommand(input)));
    } catch (error) {
      if (!isAwsError(error, "ResourceAlreadyExistsException")) throw error;
      await this.call("UpdateProject", () => this.client.send(new UpdateProjectCommand(input)));
    }
    return input.name ?? "";
  }

  /** Removes it, with the secret that its builds fetched with. One that is not there is no mistake. */
  async remove(siteId: string): Promise<void> {
    await this.gitSecrets.remove(siteId);
    const command = new DeleteProjectCommand({ name: projectNameOf(this.place, siteId) });
    try {
      await this.call("DeleteProject", () => this.client.send(command));
    } catch (error) {
      if (!isAwsError(error, "ResourceNotFoundException")) throw error;
    }
  }

  private inputOf({ site_id, settings }: Pipeline): CreateProjectCommandInput {
    const { roleArn, image, logGroup } = this.shared;
    return {
      name: projectNameOf(this.place, site_id),
      description: `Builds the static site ${site_id}`,
      serviceRole: roleArn,
      source: { type: "NO_SOURCE", buildspec: BUILDSPEC },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image,
        imagePullCredentialsType: "CODEBUILD",
      },
      timeoutInMinutes: settings.build?.timeout_minutes ?? DEFAULT_BUILD.timeoutMinutes,
      queuedTimeoutInMinutes: 30,
      logsConfig: { cloudWatchLogs: { status: "ENABLED", ...(logGroup !== undefined && { groupName: logGroup }) } },
      tags: Object.entries(tagsOf(this.place, site_id)).map(([key, value]) => ({ key, value })),
    };
  }

  private call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    return callAws(`codebuild:${operation}`, run);
  }
}
