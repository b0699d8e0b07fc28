import type { Provider } from "../contract";
import type { CommitState } from "./ports";
import type { Repository } from "./repositories";

/** A call of a provider's API; nothing of it comes from a payload. */
export interface ApiCall {
  readonly url: string;
  readonly body: Readonly<Record<string, string>>;
}

const HOSTED: Readonly<Record<string, string>> = {
  "github.com": "https://api.github.com",
  "bitbucket.org": "https://api.bitbucket.org/2.0",
};
const SELF_MANAGED: Readonly<Record<Provider, string>> = {
  github: "/api/v3",
  gitlab: "/api/v4",
  bitbucket: "/2.0",
  generic: "",
};
const STATES: Readonly<Record<Exclude<Provider, "generic">, Readonly<Record<CommitState["state"], string>>>> = {
  github: { pending: "pending", success: "success", failure: "failure" },
  gitlab: { pending: "pending", success: "success", failure: "failed" },
  bitbucket: { pending: "INPROGRESS", success: "SUCCESSFUL", failure: "FAILED" },
};
/** What the state is about unless said otherwise; a provider keeps one state per commit and context. */
const CONTEXT = "slipway/code-push";
const LONGEST_DESCRIPTION = 140;

/** Base address of the provider's API at a repository's host. */
export function apiBase({ host, provider, url }: Repository): string {
  const hosted = HOSTED[host];
  if (hosted !== undefined && url.protocol !== "http") return hosted;
  const authority = url.protocol === "http" ? `http://${url.host}:${url.port}` : `https://${host}`;
  return `${authority}${SELF_MANAGED[provider]}`;
}

/** The call that tells how a commit fares; nothing where the provider has no such thing. */
export function statusCall(
  repository: Repository,
  sha: string,
  given: CommitState,
  context = CONTEXT,
): ApiCall | undefined {
  const { provider, owner, repo } = repository;
  if (provider === "generic") return undefined;
  const [base, path] = [apiBase(repository), `${owner}/${repo}`.split("/").map(encodeURIComponent).join("/")];
  const state = STATES[provider][given.state];
  const description = given.description.slice(0, LONGEST_DESCRIPTION);
  switch (provider) {
    case "github":
      return { url: `${base}/repos/${path}/statuses/${sha}`, body: { state, description, context } };
    case "gitlab": {
      const project = encodeURIComponent(`${owner}/${repo}`);
      return { url: `${base}/projects/${project}/statuses/${sha}`, body: { state, description, name: context } };
    }
    case "bitbucket": {
      const body = { state, description, key: context, name: context, url: `https://${repository.host}/${path}` };
      return { url: `${base}/repositories/${path}/commit/${sha}/statuses/build`, body };
    }
  }
}
