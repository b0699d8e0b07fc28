import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeBuildBuilder } from "../adapters/codebuild-builder";
import { OwnSecrets } from "../adapters/site-secrets";
import { SecretGitCredentials, SiteCommitStatuses } from "../adapters/source-tokens";
import { clientSettings, type SitesBase } from "./base";
import type { SitesConnection } from "./connection";
import { connectTokens } from "./tokens";

/** CodeBuild, and the Git hosts that are told of it. */
export function connectBuilds(connection: SitesConnection, base: SitesBase) {
  const settings = clientSettings(connection);
  const tokens = connectTokens(connection, base);
  const builder = new CodeBuildBuilder({
    builds: new CodeBuildClient(settings),
    logs: new CloudWatchLogsClient(settings),
    bucket: connection.artefactBucket,
    credentials: new SecretGitCredentials(tokens, new OwnSecrets(base.json, connection.gitSecretPrefix)),
  });
  return { builder, statuses: new SiteCommitStatuses(tokens) };
}
