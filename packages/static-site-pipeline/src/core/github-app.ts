import { at, textAt, UnusableSecretError } from "@slipway/code-push/webhooks";
import type { GitHubAppSecretValue } from "../contract";

/** Reads the value of the GitHub App's secret. @throws UnusableSecretError, which never tells the value */
export function parseGitHubApp(text: string, secretId: string): GitHubAppSecretValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnusableSecretError(secretId, "holds no JSON");
  }
  const [appId, privateKey] = [at(value, "appId"), textAt(value, "privateKey")];
  if ((typeof appId !== "string" && typeof appId !== "number") || privateKey === undefined) {
    throw new UnusableSecretError(secretId, 'is not { "appId": ..., "privateKey": ... }');
  }
  return { appId, privateKey };
}
