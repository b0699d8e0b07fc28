import type { Clock, Stopwatch } from "@slipway/core";
import { CachedValue } from "./secret-cache";
import type { CredentialScheme } from "./signatures";
import { verifyHeaders, verifyWebhook, type Verification, type WebhookDelivery } from "./verify";
import type { WebhookHeaders } from "./webhook";

/** Checks credentials against secrets that may be replaced while the process lives. */
export interface WebhookVerifier {
  /** The whole check. */
  verify(delivery: WebhookDelivery): Promise<Verification>;
  /** What headers alone can prove. */
  verifyHeaders(headers: WebhookHeaders): Promise<Verification>;
}

/** What a verifier works with. */
export interface VerifierDependencies {
  /** Reads the secrets that are good now, in any order. */
  readonly readSecrets: () => Promise<readonly string[]>;
  readonly schemes: readonly CredentialScheme[];
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
}

/** Creates a verifier. When no secret fits they are read once more: the sender may know one that was made just now. */
export function createWebhookVerifier({ readSecrets, schemes, clock, stopwatch }: VerifierDependencies) {
  const secrets = new CachedValue(readSecrets, stopwatch);
  const decide = async (check: (known: readonly string[]) => Verification): Promise<Verification> => {
    const first = check(await secrets.get());
    if (first.kind === "verified") return first;
    const renewed = await secrets.again();
    return renewed === undefined ? first : check(renewed);
  };
  return {
    verify: (delivery) => decide((known) => verifyWebhook(schemes, delivery, known, clock.now())),
    verifyHeaders: (headers) => decide((known) => verifyHeaders(schemes, headers, known, clock.now())),
  } satisfies WebhookVerifier;
}
