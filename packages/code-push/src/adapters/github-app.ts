import type { CredentialsValue } from "../contract";
import { GitHubAppError } from "../core/errors";
import { apiBase } from "../core/provider-api";
import type { Repository } from "../core/repositories";

/** Milliseconds; a push does not wait for an API that does not answer. */
const PATIENCE = 10_000;

type AppCredentials = Extract<CredentialsValue, { type: "github-app" }>;
type Authenticate = (options: { type: "installation"; repositoryNames: string[] }) => Promise<{ token: string }>;

/** Tokens of a GitHub App's installation: one hour, this one repository. They are kept until shortly before they end. */
export class GitHubAppTokens {
  private readonly apps = new Map<string, Promise<Authenticate>>();

  constructor(private readonly send: typeof fetch = fetch) {}

  async token(repository: Repository, credentials: AppCredentials): Promise<string> {
    const id = JSON.stringify([apiBase(repository), credentials]);
    const app = this.apps.get(id) ?? createApp(repository, credentials, this.send);
    this.apps.set(id, app);
    try {
      const { token } = await (await app)({ type: "installation", repositoryNames: [repository.repo] });
      return token;
    } catch (error) {
      // Not as its cause: it holds the whole request.
      throw new GitHubAppError(repository.id, error instanceof Error ? error.message : String(error));
    }
  }
}

const patiently =
  (send: typeof fetch): typeof fetch =>
  (input, init) =>
    send(input, { ...init, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });

/** Loaded when an app is used: most repositories have none. */
async function createApp(
  repository: Repository,
  credentials: AppCredentials,
  send: typeof fetch,
): Promise<Authenticate> {
  const [{ createAppAuth }, { request }] = await Promise.all([import("@octokit/auth-app"), import("@octokit/request")]);
  return createAppAuth({
    appId: credentials.appId,
    privateKey: credentials.privateKey,
    installationId: credentials.installationId,
    request: request.defaults({ baseUrl: apiBase(repository), request: { fetch: patiently(send) } }),
  }) as unknown as Authenticate;
}
