import { processStopwatch, systemClock } from "@slipway/aws-runtime";
import {
  createWebhookVerifier,
  PROVIDER_DEFINITIONS,
  PROVIDERS,
  webhookSecretsReader,
} from "@slipway/code-push/webhooks";
import type { AwsJson, Provider, WebhookVerifier } from "@slipway/code-push/webhooks";
import { ENVIRONMENT, webhookSecretVariable } from "../contract";
import { bitbucketApp } from "./bitbucket";
import { connectFunction } from "./functions";
import { optional, type Variables } from "./variables";

/** The function behind the HTTP API. */
export function connectAcceptor(env: Variables) {
  const { base } = connectFunction(env);
  const appSecret = optional(env, ENVIRONMENT.githubAppWebhookSecret);
  const accounts = (optional(env, ENVIRONMENT.bitbucketAccounts) ?? "").toLowerCase().split(",");
  const app = bitbucketApp(env);
  return {
    ...base,
    verifiers: verifiersOf(env, base.json),
    appVerifier: appSecret === undefined ? undefined : verifierOf("github", base.json, appSecret),
    bitbucket: app && { ...app, accounts: accounts.map((each) => each.trim()).filter((each) => each !== "") },
  };
}

function verifiersOf(env: Variables, aws: AwsJson): Partial<Record<Provider, WebhookVerifier>> {
  const served = PROVIDERS.flatMap((provider) => {
    const secretId = optional(env, webhookSecretVariable(provider));
    return secretId === undefined ? [] : [[provider, verifierOf(provider, aws, secretId)]];
  });
  return Object.fromEntries(served) as Partial<Record<Provider, WebhookVerifier>>;
}

function verifierOf(provider: Provider, aws: AwsJson, secretId: string): WebhookVerifier {
  const { schemes } = PROVIDER_DEFINITIONS[provider];
  const readSecrets = webhookSecretsReader(aws, secretId);
  return createWebhookVerifier({ readSecrets, schemes, clock: systemClock, stopwatch: processStopwatch });
}
