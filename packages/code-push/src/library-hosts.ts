/**
 * Git hosts' APIs, for every function that tells a host how a commit fares or needs a token of it. Runtime code: a Pulumi
 * program has no use for it.
 */
export { ProviderCommitStatuses } from "./adapters/commit-statuses";
export { GitAccessSource, TOKEN_OWNERS } from "./adapters/git-access";
export { GitHubAppTokens } from "./adapters/github-app";
export { SecretsManagerCredentials } from "./adapters/secrets-manager";
export type { CredentialsValue } from "./contract";
export type { CommitState, CredentialsSource } from "./core/ports";
export { parseRepository } from "./core/repositories";
export type { Repository } from "./core/repositories";
