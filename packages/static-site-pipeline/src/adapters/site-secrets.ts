import { isAwsError } from "@slipway/aws-runtime";
import { readSecret, UnusableSecretError, type AwsJson } from "@slipway/code-push/webhooks";
import type { InstallationSecrets } from "../core/ports";

/** Characters that a secret's name may have. */
const NAME = /[^\w/+=.@-]/g;

/** Secrets that Slipway makes itself, all below one prefix. */
export class OwnSecrets {
  constructor(
    private readonly aws: Pick<AwsJson, "call">,
    private readonly prefix: string,
  ) {}

  nameOf(id: string): string {
    return `${this.prefix}${id.replace(NAME, "_")}`;
  }

  async read(id: string): Promise<string | undefined> {
    try {
      return await readSecret(this.aws, this.nameOf(id));
    } catch (error) {
      if (error instanceof UnusableSecretError) return undefined;
      throw error;
    }
  }

  /** Makes it, or gives it another value. */
  async write(id: string, SecretString: string): Promise<string> {
    const Name = this.nameOf(id);
    try {
      await this.call("PutSecretValue", { SecretId: Name, SecretString });
    } catch (error) {
      if (!isAwsError(error, "ResourceNotFoundException")) throw error;
      await this.call("CreateSecret", { Name, SecretString });
    }
    return Name;
  }

  async remove(id: string): Promise<void> {
    try {
      await this.call("DeleteSecret", { SecretId: this.nameOf(id), ForceDeleteWithoutRecovery: true });
    } catch (error) {
      if (!isAwsError(error, "ResourceNotFoundException")) throw error;
    }
  }

  private call(operation: string, body: object): Promise<unknown> {
    return this.aws.call({ service: "secretsmanager", target: `secretsmanager.${operation}`, version: "1.1" }, body);
  }
}

/** Shared secrets of Bitbucket installations. */
export class SecretsManagerInstallations implements InstallationSecrets {
  constructor(private readonly secrets: OwnSecrets) {}

  read(clientKey: string): Promise<string | undefined> {
    return this.secrets.read(clientKey);
  }

  async write(clientKey: string, sharedSecret: string): Promise<void> {
    await this.secrets.write(clientKey, sharedSecret);
  }

  remove(clientKey: string): Promise<void> {
    return this.secrets.remove(clientKey);
  }
}
