/**
 * Signature checking of webhooks, for every function that takes some: the raw body, the shared step and the providers,
 * without anything that is about pushes. Runtime code: a Pulumi program has no use for it.
 */
export { AwsJson, settingsFromEnvironment } from "./adapters/aws-json";
export type { AwsJsonSettings, AwsKeys } from "./adapters/aws-json";
export { readSecret, webhookSecretsReader } from "./adapters/secrets-manager";
export { MAX_BODY_BYTES, PROVIDERS, routeKeyOf, WEBHOOK_ROUTES } from "./contract";
export type { Provider, WebhookRoute, WebhookSecretValue } from "./contract";
export { UnusableSecretError } from "./core/errors";
export { at, hostOf, listAt, textAt } from "./core/payload";
export { PROVIDER_DEFINITIONS, providerNamed, providerOfRoute } from "./core/providers";
export type { Conversion, ProviderDefinition, RefChange, Webhook } from "./core/providers";
export { isSha, parseRef } from "./core/refs";
export type { RefName } from "./core/refs";
export { equalBytes, hmacScheme, REPLAY_WINDOW, standardWebhooksScheme, tokenScheme } from "./core/signatures";
export type { CredentialCheck, CredentialScheme } from "./core/signatures";
export { createWebhookVerifier } from "./core/verifier";
export type { VerifierDependencies, WebhookVerifier } from "./core/verifier";
export { verifyHeaders, verifyWebhook } from "./core/verify";
export type { Verification, WebhookDelivery } from "./core/verify";
export { parseBody, rawBody, webhookHeaders } from "./core/webhook";
export type { HttpRequest, WebhookHeaders } from "./core/webhook";
