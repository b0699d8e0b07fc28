import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CredentialsValue, Provider } from "../contract";
import { UnusableSecretError } from "../core/errors";
import type { CredentialsSource } from "../core/ports";
import type { RemoteUrl } from "../core/remote-url";
import type { Repository } from "../core/repositories";
import type { GitAccess } from "./git-environment";
import type { GitHubAppTokens } from "./github-app";
import { PUBLISHED_HOST_KEYS } from "./known-hosts";

/** What providers call the owner of a token. */
export const TOKEN_OWNERS: Readonly<Record<Provider, string>> = {
  github: "x-access-token",
  gitlab: "oauth2",
  bitbucket: "x-token-auth",
  generic: "git",
};
/** For whom a file with a key may be readable. */
const OWNER_ONLY = 0o600;

/** Turns a repository's credentials into what git takes. */
export class GitAccessSource {
  constructor(
    private readonly source: CredentialsSource,
    private readonly apps: Pick<GitHubAppTokens, "token">,
  ) {}

  /**
   * @param home Folder for key files; it is removed with everything else.
   * @throws UnusableSecretError when the credentials are not for this kind of address.
   */
  async access(repository: Repository, home: string): Promise<GitAccess> {
    const { credentialsSecretId, provider, url } = repository;
    if (credentialsSecretId === undefined) return { kind: "none" };
    const credentials = await this.source.credentials(credentialsSecretId);
    if ((credentials.type === "ssh") !== (url.protocol === "ssh")) {
      throw new UnusableSecretError(credentialsSecretId, `is no use for ${url.protocol}`);
    }
    if (credentials.type === "ssh") {
      const knownHosts = credentials.knownHosts ?? publishedHostKeys(url);
      if (knownHosts !== undefined) return sshAccess(credentials.privateKey, knownHosts, home);
      throw new UnusableSecretError(credentialsSecretId, `has no knownHosts, which ${url.host}:${url.port} needs`);
    }
    const token = await this.bearer(repository, credentials);
    const owner = (credentials.type === "token" ? credentials.username : undefined) ?? TOKEN_OWNERS[provider];
    return { kind: "header", value: `Basic ${Buffer.from(`${owner}:${token}`).toString("base64")}` };
  }

  /** A token for the provider's API; nothing where there is none. */
  async apiToken(repository: Repository): Promise<string | undefined> {
    if (repository.credentialsSecretId === undefined) return undefined;
    const credentials = await this.source.credentials(repository.credentialsSecretId);
    if (credentials.type === "github-app") return this.bearer(repository, credentials);
    return credentials.statusToken ?? (credentials.type === "token" ? credentials.token : undefined);
  }

  private bearer(repository: Repository, credentials: Exclude<CredentialsValue, { type: "ssh" }>): Promise<string> {
    return credentials.type === "token" ? Promise.resolve(credentials.token) : this.apps.token(repository, credentials);
  }
}

/** The keys that are built in, for a host that they are of. */
const publishedHostKeys = ({ host, port }: RemoteUrl): string | undefined =>
  port === 22 && PUBLISHED_HOST_KEYS.split("\n").some((line) => line.startsWith(`${host} `))
    ? PUBLISHED_HOST_KEYS
    : undefined;

async function sshAccess(privateKey: string, knownHosts: string, home: string): Promise<GitAccess> {
  const [keyFile, knownHostsFile] = [join(home, "key"), join(home, "known_hosts")];
  // ssh refuses a key without a last line feed, and values lose theirs easily.
  await writeFile(keyFile, `${privateKey.trimEnd()}\n`, { mode: OWNER_ONLY });
  await writeFile(knownHostsFile, `${knownHosts.trimEnd()}\n`, { mode: OWNER_ONLY });
  return { kind: "ssh", keyFile, knownHostsFile };
}
