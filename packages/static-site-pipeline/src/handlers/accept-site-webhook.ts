import {
  MAX_BODY_BYTES,
  parseBody,
  PROVIDER_DEFINITIONS,
  providerNamed,
  rawBody,
  webhookHeaders,
  type Provider,
  type WebhookHeaders,
  type WebhookVerifier,
} from "@slipway/code-push/webhooks";
import { SlipwayError } from "@slipway/core";
import { ROUTES } from "../contract";
import { acceptBitbucketApp, type BitbucketAppDependencies } from "./bitbucket-app";
import { acceptInstallation } from "./github-app";
import { answer, type HttpAnswer, type SiteHttpRequest } from "./http";
import { queuePush, refuse, type PushDependencies, type Received } from "./queue-push";

/** What the function behind the HTTP API works with. */
export interface AcceptSiteWebhookDependencies extends PushDependencies, BitbucketAppDependencies {
  /** Of plain webhooks, for the providers that are served. */
  readonly verifiers: Readonly<Partial<Record<Provider, Pick<WebhookVerifier, "verify">>>>;
  /** Of the GitHub App's own webhooks. */
  readonly appVerifier?: Pick<WebhookVerifier, "verify"> | undefined;
}

/** Path parameter of the GitHub App's webhooks. */
const GITHUB_APP = "github-app";
const BITBUCKET_ROUTES: readonly (string | undefined)[] = [
  ROUTES.bitbucketInstalled,
  ROUTES.bitbucketUninstalled,
  ROUTES.bitbucketWebhook,
];

/**
 * Creates the handler of webhooks and of the apps' events: verify, convert, queue.
 *
 * A 2xx means that the queue has the work, or that there is none; 401 that the credentials are bad and nothing else.
 */
export const createAcceptSiteWebhook =
  (deps: AcceptSiteWebhookDependencies) =>
  async (request: SiteHttpRequest): Promise<HttpAnswer> => {
    const correlationId = deps.ids.next();
    const body = rawBody(request, MAX_BODY_BYTES);
    if (body === undefined) return answer(413, { status: "too-large", limit: MAX_BODY_BYTES });
    const headers = webhookHeaders(request.headers);
    try {
      if (BITBUCKET_ROUTES.includes(request.routeKey)) {
        return await acceptBitbucketApp(deps, request, { headers, body, correlationId });
      }
      return await acceptProvider(deps, request.pathParameters?.["provider"], { headers, body, correlationId });
    } catch (error) {
      return failed(deps, correlationId, error);
    }
  };

/** What came, before anything of it is believed. */
interface Incoming {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  readonly correlationId: string;
}

async function acceptProvider(
  deps: AcceptSiteWebhookDependencies,
  name: string | undefined,
  { headers, body, correlationId }: Incoming,
): Promise<HttpAnswer> {
  const isApp = name === GITHUB_APP;
  const provider = isApp ? "github" : providerNamed(name);
  const verifier = isApp ? deps.appVerifier : provider && deps.verifiers[provider];
  if (provider === undefined || verifier === undefined) return answer(404, { status: "unknown-provider" });
  const verification = await verifier.verify({ headers, body });
  if (verification.kind === "refused") return refuse(deps, correlationId, name ?? "", verification.reason);

  const payload = parsed(headers, body);
  if (payload === undefined) return answer(400, { status: "unreadable", correlation_id: correlationId });
  const { convert, deliveryHeader } = PROVIDER_DEFINITIONS[provider];
  const delivery = headers[deliveryHeader]?.slice(0, 128);
  const event = headers["x-github-event"];
  if (isApp && event !== "push") return acceptInstallation(deps, event, payload, correlationId);
  const received: Received = {
    correlationId,
    trigger: provider,
    delivery,
    channel: isApp ? { kind: "github" } : { kind: "webhook", provider },
  };
  return queuePush(deps, received, convert({ headers, payload }));
}

function parsed(headers: WebhookHeaders, body: Uint8Array): unknown {
  try {
    return parseBody(headers, body);
  } catch {
    return undefined;
  }
}

/** Neither the queue's nor the secret's failure is the sender's: it may send again. */
function failed({ log }: PushDependencies, correlation_id: string, error: unknown): HttpAnswer {
  const code = error instanceof SlipwayError ? error.code : "unexpected";
  log.warn("webhook not queued", { correlation_id, code, reason: String(error) });
  return answer(503, { status: "unavailable", correlation_id });
}
