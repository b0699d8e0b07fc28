import type { FunctionLog } from "@slipway/aws-runtime";
import type { Provider } from "../contract";
import { providerOfRoute } from "../core/providers";
import type { WebhookVerifier } from "../core/verifier";
import { webhookHeaders, type HttpRequest } from "../core/webhook";

/** What the authorizer works with. */
export interface AuthorizeWebhookDependencies {
  /** Of the providers that are served. */
  readonly verifiers: Readonly<Partial<Record<Provider, Pick<WebhookVerifier, "verifyHeaders">>>>;
  readonly log: FunctionLog;
}

/** The Gateway's simple response. */
export interface AuthorizerAnswer {
  readonly isAuthorized: boolean;
}

/**
 * Creates the Gateway's authorizer: decides what headers alone can prove. That there is a credential the Gateway has seen
 * to before; the signature of a body, which no authorizer sees, is checked behind it; see docs/decisions/011.
 *
 * @throws what reading the secret throws: the Gateway then answers 500, which senders take for what it is.
 */
export const createAuthorizeWebhook =
  ({ verifiers, log }: AuthorizeWebhookDependencies) =>
  async ({ headers, routeKey }: HttpRequest): Promise<AuthorizerAnswer> => {
    const provider = providerOfRoute(routeKey);
    const verifier = provider && verifiers[provider];
    if (verifier === undefined) return { isAuthorized: false };
    const verification = await verifier.verifyHeaders(webhookHeaders(headers));
    if (verification.kind === "verified") return { isAuthorized: true };
    log.warn("webhook refused", { provider, reason: verification.reason });
    return { isAuthorized: false };
  };
