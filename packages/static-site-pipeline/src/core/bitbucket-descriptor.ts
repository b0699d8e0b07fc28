import { ROUTES } from "../contract";

/** What the Bitbucket app says of itself. */
export interface BitbucketApp {
  /** Unique in all of Bitbucket. */
  readonly key: string;
  /** Address of the HTTP API, without a slash at the end. */
  readonly baseUrl: string;
}

const pathOf = (route: string): string => route.slice(route.indexOf("/"));

/** The descriptor that Bitbucket asks for when somebody installs or updates the app. */
export const bitbucketDescriptor = ({ key, baseUrl }: BitbucketApp) => ({
  key,
  name: "Slipway",
  description: "Builds and publishes static sites",
  vendor: { name: "Slipway", url: baseUrl },
  baseUrl,
  authentication: { type: "jwt" },
  lifecycle: { installed: pathOf(ROUTES.bitbucketInstalled), uninstalled: pathOf(ROUTES.bitbucketUninstalled) },
  modules: { webhooks: [{ event: "repo:push", url: pathOf(ROUTES.bitbucketWebhook) }] },
  scopes: ["account", "repository"],
  contexts: ["account"],
});
