import { routeKeyOf, WEBHOOK_ROUTES, type Provider } from "../../contract";
import { bitbucket } from "./bitbucket";
import { generic } from "./generic";
import { github } from "./github";
import { gitlab } from "./gitlab";
import type { ProviderDefinition } from "./provider";

export type { Conversion, ProviderDefinition, RefChange, Webhook } from "./provider";

/** Everyone who may send webhooks. */
export const PROVIDER_DEFINITIONS: Readonly<Record<Provider, ProviderDefinition>> = {
  github,
  gitlab,
  bitbucket,
  generic,
};

/** The sender that a path names; nothing for any other name. */
export const providerNamed = (name: string | undefined): Provider | undefined =>
  name !== undefined && Object.hasOwn(PROVIDER_DEFINITIONS, name) ? (name as Provider) : undefined;

/** The sender whose route it is; nothing for any other route. */
export const providerOfRoute = (routeKey: string | undefined): Provider | undefined =>
  WEBHOOK_ROUTES.find((route) => routeKeyOf(route) === routeKey)?.provider;
