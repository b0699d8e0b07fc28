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
  /** How the hosts' APIs are reached. @default fetch */
  readonly send?: typeof fetch | undefined;
}

/** Tokens for sites' Git hosts: of the app that is installed there, or of a secret. */
export class SourceTokens {
  private readonly apps: GitHubAppTokens;
  private readonly plain: GitAccessSource;

  constructor(private readonly settings: SourceTokenSettings) {
    this.apps = new GitHubAppTokens(settings.send);
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

/** Providers of hosts that are theirs. */
const HOSTED: Readonly<Record<string, Provider>> = {
  "github.com": "github",
  "gitlab.com": "gitlab",
  "bitbucket.org": "bitbucket",
};

/** A site's repository as code push knows repositories; nothing where none is, or nobody knows whose API it has. */
function repositoryOf(source: SiteSource): Repository | undefined {
  if (source.kind === "zip") return undefined;
  const provider = providerOf(source);
  if (provider === undefined) return undefined;
  const hasSecret = source.kind === "webhook" || source.kind === "code-push";
  return parseRepository({
    id: source.repository,
    provider,
    url: `https://${source.repository}.git`,
    commitStatus: true,
    ...(hasSecret && { credentialsSecretId: source.credentials_secret_id }),
  });
}

function providerOf(source: Exclude<SiteSource, { kind: "zip" }>): Provider | undefined {
  if (source.kind === "github" || source.kind === "bitbucket") return source.kind;
  return source.provider ?? HOSTED[source.repository.split("/")[0]?.toLowerCase() ?? ""];
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
    if (repository === undefined || isNobodys(row.settings.source)) return undefined;
    const access = { apiToken: () => this.tokens.token(row) };
    // One per site, since several sites may be made of one repository.
    const statuses = new ProviderCommitStatuses(access, this.send, `slipway/site/${row.site_id}`);
    return statuses.tell(repository, commit, state);
  }
}

/** A repository without credentials, e.g. a public one with a plain webhook: there is nothing to tell its host with. */
const isNobodys = (source: SiteSource): boolean =>
  (source.kind === "webhook" || source.kind === "code-push") && source.credentials_secret_id === undefined;
