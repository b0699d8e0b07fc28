import { processStopwatch, randomIds, systemClock } from "@slipway/aws-runtime";
import { createLog, createMetrics } from "@slipway/aws-runtime/telemetry";
import { ENVIRONMENT, METRICS, PROVIDERS, webhookSecretVariable, type Provider } from "../contract";
import { PROVIDER_DEFINITIONS } from "../core/providers";
import { createWebhookVerifier, type WebhookVerifier } from "../core/verifier";
import { AwsJson, settingsFromEnvironment } from "./aws-json";
import { webhookSecretsReader } from "./secrets-manager";
import { SqsPushQueue } from "./sqs-push-queue";
import { SsmRepositories } from "./ssm-repositories";
import { optional, required, type Variables } from "./variables";

/** Builds what the Gateway's authorizer works with. */
export const connectAuthorizer = (env: Variables) => ({
  verifiers: verifiersOf(env, new AwsJson(settingsFromEnvironment(env))),
  log: createLog("code-push"),
});

/** Builds what the function behind the Gateway works with. @throws InvalidInputError naming a variable that is missing. */
export function connectAcceptor(env: Variables) {
  const aws = new AwsJson(settingsFromEnvironment(env));
  const { namespace, nameDimension } = METRICS;
  return {
    verifiers: verifiersOf(env, aws),
    directory: new SsmRepositories(aws, required(env, ENVIRONMENT.repositoriesPath), processStopwatch),
    queue: new SqsPushQueue(aws, required(env, ENVIRONMENT.queueUrl)),
    metrics: createMetrics({ namespace, dimension: nameDimension, value: required(env, ENVIRONMENT.name) }),
    log: createLog("code-push"),
    clock: systemClock,
    ids: randomIds,
  };
}

/** One verifier for each provider that has a secret. */
function verifiersOf(env: Variables, aws: AwsJson): Partial<Record<Provider, WebhookVerifier>> {
  const served = PROVIDERS.flatMap((provider) => {
    const secretId = optional(env, webhookSecretVariable(provider));
    if (secretId === undefined) return [];
    const { schemes } = PROVIDER_DEFINITIONS[provider];
    const readSecrets = webhookSecretsReader(aws, secretId);
    return [
      [provider, createWebhookVerifier({ readSecrets, schemes, clock: systemClock, stopwatch: processStopwatch })],
    ];
  });
  return Object.fromEntries(served) as Partial<Record<Provider, WebhookVerifier>>;
}
