import { isAwsError } from "@slipway/aws-runtime";
import type { Stopwatch } from "@slipway/core";
import type { CredentialsValue } from "../contract";
import { parseCredentials, parseWebhookSecrets } from "../core/credentials";
import { UnusableSecretError } from "../core/errors";
import type { CredentialsSource } from "../core/ports";
import { CachedValue } from "../core/secret-cache";
import type { AwsJson } from "./aws-json";

const GET = { service: "secretsmanager", target: "secretsmanager.GetSecretValue", version: "1.1" } as const;

/** Reads a secret's current value. @throws UnusableSecretError when there is none. */
export async function readSecret(aws: Pick<AwsJson, "call">, secretId: string): Promise<string> {
  try {
    const { SecretString } = await aws.call<{ readonly SecretString?: string }>(GET, { SecretId: secretId });
    if (SecretString === undefined) throw new UnusableSecretError(secretId, "holds no text");
    return SecretString;
  } catch (error) {
    if (!isAwsError(error, "ResourceNotFoundException")) throw error;
    throw new UnusableSecretError(secretId, "is not there", { cause: error });
  }
}

/** How the secrets of one provider's webhooks are read. */
export const webhookSecretsReader =
  (aws: Pick<AwsJson, "call">, secretId: string) => async (): Promise<readonly string[]> => {
    const secrets = parseWebhookSecrets(await readSecret(aws, secretId));
    if (secrets === undefined) throw new UnusableSecretError(secretId, 'is not { "current": ... }');
    return secrets;
  };

/** Credentials of repositories, kept for a few minutes. */
export class SecretsManagerCredentials implements CredentialsSource {
  private readonly known = new Map<string, CachedValue<CredentialsValue>>();

  constructor(
    private readonly aws: Pick<AwsJson, "call">,
    private readonly stopwatch: Stopwatch,
  ) {}

  credentials(secretId: string): Promise<CredentialsValue> {
    const cached = this.known.get(secretId) ?? new CachedValue(() => this.read(secretId), this.stopwatch);
    this.known.set(secretId, cached);
    return cached.get();
  }

  private async read(secretId: string): Promise<CredentialsValue> {
    const credentials = parseCredentials(await readSecret(this.aws, secretId));
    if (credentials === undefined) throw new UnusableSecretError(secretId, "holds no credentials of a known type");
    return credentials;
  }
}
