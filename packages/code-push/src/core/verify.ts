import type { CredentialScheme } from "./signatures";
import type { WebhookHeaders } from "./webhook";

/** Whether a webhook is from somebody who knows a secret. The reason never tells what would have been right. */
export type Verification = { readonly kind: "verified" } | { readonly kind: "refused"; readonly reason: string };

/** A request whose sender is to be verified. */
export interface WebhookDelivery {
  readonly headers: WebhookHeaders;
  /** The body's very bytes. */
  readonly body: Uint8Array;
}

const verified: Verification = { kind: "verified" };
const refused = (reason: string): Verification => ({ kind: "refused", reason });

/**
 * The one place where credentials of webhooks are checked, in front of every converter.
 *
 * @param schemes A provider's, the strongest first.
 * @param secrets All that are good at the moment. An empty one, or none, verifies nothing.
 */
export function verifyWebhook(
  schemes: readonly CredentialScheme[],
  { headers, body }: WebhookDelivery,
  secrets: readonly string[],
  now: Date,
): Verification {
  const scheme = chooseScheme(schemes, headers, secrets);
  if (typeof scheme === "string") return refused(scheme);
  const value = headers[scheme.header] ?? "";
  if (!isWellFormed(scheme, headers)) return refused(`${scheme.header} is not of the right shape`);
  const good = secrets.filter((secret) => scheme.usable(secret));
  // Every secret is tried, so that the time does not tell which of them is right.
  const matches = good.map((secret) => scheme.matches(secret, { value, headers, body, now }));
  return matches.includes(true) ? verified : refused(`${scheme.header} does not fit`);
}

/**
 * What headers alone can prove, for the Gateway's authorizer: that there is a credential of a kind that is configured, and,
 * where the header is the credential, that it is the right one. What a signature looks like proves nothing: anybody can
 * write one, and the step behind answers both alike.
 */
export function verifyHeaders(
  schemes: readonly CredentialScheme[],
  headers: WebhookHeaders,
  secrets: readonly string[],
  now: Date,
): Verification {
  const scheme = chooseScheme(schemes, headers, secrets);
  if (typeof scheme === "string") return refused(scheme);
  return scheme.provenByHeader ? verifyWebhook(schemes, { headers, body: new Uint8Array() }, secrets, now) : verified;
}

/** The strongest scheme that the sender used and that there is a secret for; or why there is none. */
function chooseScheme(
  schemes: readonly CredentialScheme[],
  headers: WebhookHeaders,
  secrets: readonly string[],
): CredentialScheme | string {
  const offered = schemes.filter(({ header }) => headers[header] !== undefined);
  if (offered.length === 0) return `no ${schemes.map(({ header }) => header).join(" or ")}`;
  const usable = offered.find((scheme) => secrets.some((secret) => scheme.usable(secret)));
  return usable ?? "there is no secret to verify it with";
}

const isWellFormed = ({ header, companions = [], shape }: CredentialScheme, headers: WebhookHeaders): boolean =>
  shape.test(headers[header] ?? "") && companions.every((name) => headers[name] !== undefined);
