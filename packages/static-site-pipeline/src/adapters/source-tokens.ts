import {
  GitAccessSource,
  GitHubAppTokens,
  parseRepository,
  ProviderCommitStatuses,
  SecretsManagerCredentials,
  TOKEN_OWNERS,
  type Repository,
} from "@slipway/code-push/hosts";
import { readSecret, type AwsJson } from "@slipway/code-push/webhooks";
import type { Stopwatch } from "@slipway/core";
import type { SiteSource } from "../contract";
import { NoSourceError } from "../core/errors";
import { parseGitHubApp } from "../core/github-app";
import type { Pipeline } from "../core/pipeline";
import type { CommitState, CommitStatuses, InstallationSecrets, InstallationStore, Provider } from "../core/ports";
import type { BitbucketTokens } from "./bitbucket-tokens";
import type { GitCredentials } from "./codebuild-builder";
import type { OwnSecrets } from "./site-secrets";

/** What tokens are made of. */
export interface SourceTokenSettings {
  readonly aws: AwsJson;
  readonly stopwatch: Stopwatch;
  readonly installations: InstallationStore;
  readonly secrets: InstallationSecrets;
  readonly bitbucket?: BitbucketTokens | undefined;
  /** ARN of the secret of the GitHub App. */
  readonly githubAppSecret?: string | undefined;
}

/** Tokens for sites' Git hosts: of the app that is installed there, or of a secret. */
export class SourceTokens {
  private readonly apps = new GitHubAppTokens();
  private readonly plain: GitAccessSource;

  constructor(private readonly settings: SourceTokenSettings) {
    this.plain = new GitAccessSource(new SecretsManagerCredentials(settings.aws, settings.stopwatch), this.apps);
  }

  /** A token for a site's repository; nothing where there is none, and none is needed for what is public. */
  async token({ site_id, settings: { source } }: Pipeline): Promise<string | undefined> {
    const repository = repositoryOf(source);
    if (repository === undefined) return undefined;
    if (source.kind === "github") return this.ofGitHubApp(site_id, source, repository);
    if (source.kind === "bitbucket") return this.ofBitbucketApp(site_id, source, repository);
    return this.plain.apiToken(repository);
  }

  private async ofGitHubApp(
    siteId: string,
    source: Extract<SiteSource, { kind: "github" }>,
    repository: Repository,
  ): Promise<string> {
    const { githubAppSecret, installations, aws } = this.settings;
    if (githubAppSecret === undefined) throw new NoSourceError(siteId, "needs a GitHub App, and none is configured");
    const all = source.installation_id === undefined ? await installations.installations("github") : [];
    const found = all.find(({ repositories }) => repositories.includes(source.repository.toLowerCase()));
    const installationId = source.installation_id ?? found?.id;
    if (installationId === undefined) throw new NoSourceError(siteId, "needs the app, which is not installed there");
    const app = parseGitHubApp(await readSecret(aws, githubAppSecret), githubAppSecret);
    return this.apps.token(repository, { type: "github-app", ...app, installationId });
  }

  private async ofBitbucketApp(
    siteId: string,
    source: Extract<SiteSource, { kind: "bitbucket" }>,
    repository: Repository,
  ): Promise<string> {
    const { installations, secrets, bitbucket } = this.settings;
    const all = await installations.installations("bitbucket");
    const found = all.find(({ id, account }) =>
      source.client_key === undefined ? account === repository.owner.toLowerCase() : id === source.client_key,
    );
    const secret = found && (await secrets.read(found.id));
    if (found === undefined || secret === undefined || bitbucket === undefined) {
      throw new NoSourceError(siteId, "needs the app, which is not installed on its account");
    }
    return bitbucket.token(found.id, secret);
  }
}

/** A site's repository as code push knows repositories; nothing where code push tells the host itself. */
function repositoryOf(source: SiteSource): Repository | undefined {
  if (source.kind === "zip" || source.kind === "code-push") return undefined;
  const provider: Provider = source.kind === "webhook" ? source.provider : source.kind;
  return parseRepository({
    id: source.repository,
    provider,
    url: `https://${source.repository}.git`,
    commitStatus: true,
    ...(source.kind === "webhook" && { credentialsSecretId: source.credentials_secret_id }),
  });
}

/** Credentials of builds, in a secret of the site that only its builds read. */
export class SecretGitCredentials implements GitCredentials {
  constructor(
    private readonly tokens: Pick<SourceTokens, "token">,
    private readonly secrets: OwnSecrets,
  ) {}

  async prepare(row: Pipeline): Promise<string | undefined> {
    const repository = repositoryOf(row.settings.source);
    const token = repository && (await this.tokens.token(row));
    if (repository === undefined || token === undefined) return undefined;
    const basic = Buffer.from(`${TOKEN_OWNERS[repository.provider]}:${token}`).toString("base64");
    return this.secrets.write(row.site_id, `Basic ${basic}`);
  }
}

/** Commit statuses by code push's adapter, under a name of their own. */
export class SiteCommitStatuses implements CommitStatuses {
  constructor(
    private readonly tokens: Pick<SourceTokens, "token">,
    private readonly send: typeof fetch = fetch,
  ) {}

  async tell(row: Pipeline, commit: string, state: CommitState): Promise<string | undefined> {
    const repository = repositoryOf(row.settings.source);
    if (repository === undefined || (await this.isUnknown(row))) return undefined;
    const access = { apiToken: () => this.tokens.token(row) };
    // One per site, since several sites may be made of one repository.
    const statuses = new ProviderCommitStatuses(access, this.send, `slipway/site/${row.site_id}`);
    return statuses.tell(repository, commit, state);
  }

  /** A public repository with a plain webhook and no credentials: there is nothing to tell it with. */
  private async isUnknown({ settings: { source } }: Pipeline): Promise<boolean> {
    return source.kind === "webhook" && source.credentials_secret_id === undefined;
  }
}
