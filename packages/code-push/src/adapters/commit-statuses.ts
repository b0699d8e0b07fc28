import { statusCall } from "../core/provider-api";
import type { CommitState, CommitStatuses } from "../core/ports";
import type { Repository } from "../core/repositories";
import type { GitAccessSource } from "./git-access";

/** Milliseconds; a push does not wait for an API that does not answer. */
const PATIENCE = 5_000;

/** Commit statuses by the providers' APIs. */
export class ProviderCommitStatuses implements CommitStatuses {
  constructor(
    private readonly access: Pick<GitAccessSource, "apiToken">,
    private readonly send: typeof fetch = fetch,
    /** What the states are about. */
    private readonly context?: string,
  ) {}

  async tell(repository: Repository, sha: string, state: CommitState): Promise<string | undefined> {
    const call = repository.commitStatus ? statusCall(repository, sha, state, this.context) : undefined;
    if (call === undefined) return undefined;
    try {
      const token = await this.access.apiToken(repository);
      if (token === undefined) return `no token to tell ${repository.id} how ${sha} fares`;
      const response = await this.send(call.url, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          accept: "application/json",
          "user-agent": "slipway",
        },
        body: JSON.stringify(call.body),
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `${repository.id} took no status: ${response.status}`;
    } catch (error) {
      return `${repository.id} took no status: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
