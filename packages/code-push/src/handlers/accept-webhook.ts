import type { FunctionLog, FunctionMetrics } from "@slipway/aws-runtime";
import { SlipwayError, type Clock, type IdSource } from "@slipway/core";
import { MAX_BODY_BYTES, METRICS, PUSH_MESSAGE, type Provider, type PushMessage } from "../contract";
import type { PushQueue, RepositoryDirectory } from "../core/ports";
import { PROVIDER_DEFINITIONS, providerOfRoute, type Conversion } from "../core/providers";
import { isSha, NO_SHA, parseRef } from "../core/refs";
import { acceptedRef } from "../core/repositories";
import type { WebhookVerifier } from "../core/verifier";
import { parseBody, rawBody, webhookHeaders, type HttpRequest, type WebhookHeaders } from "../core/webhook";

/** What the function behind the Gateway works with. */
export interface AcceptWebhookDependencies {
  /** Of the providers that are served. */
  readonly verifiers: Readonly<Partial<Record<Provider, Pick<WebhookVerifier, "verify">>>>;
  readonly directory: RepositoryDirectory;
  readonly queue: PushQueue;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly metrics: FunctionMetrics;
  readonly log: FunctionLog;
}

/** An answer in payload format 2.0. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is known about a webhook while it is looked at. */
interface Received {
  readonly provider: Provider;
  readonly headers: WebhookHeaders;
  readonly correlationId: string;
  readonly deliveryId: string | undefined;
}

type Decision =
  | { readonly kind: "queue"; readonly messages: readonly PushMessage[] }
  | { readonly kind: "ignore"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly problem: string };

/** Longest delivery id that is repeated in messages and logs. */
const LONGEST_ID = 128;

/**
 * Creates the handler of webhooks: verify, convert, queue.
 *
 * A 2xx means that the queue has the work, or that there is none; 401 that the credentials are bad and nothing else. What
 * is verified and none of our business is a 2xx too, since senders give up on a webhook that answers errors.
 */
export const createAcceptWebhook =
  (deps: AcceptWebhookDependencies) =>
  async (request: HttpRequest): Promise<HttpAnswer> => {
    const correlationId = deps.ids.next();
    const provider = providerOfRoute(request.routeKey);
    const verifier = provider && deps.verifiers[provider];
    if (provider === undefined || verifier === undefined) return answer(404, { status: "unknown-provider" });
    const body = rawBody(request, MAX_BODY_BYTES);
    if (body === undefined) return answer(413, { status: "too-large", limit: MAX_BODY_BYTES });
    const headers = webhookHeaders(request.headers);
    const deliveryId = headers[PROVIDER_DEFINITIONS[provider].deliveryHeader]?.slice(0, LONGEST_ID);
    const received: Received = { provider, headers, correlationId, deliveryId };
    try {
      const verification = await verifier.verify({ headers, body });
      if (verification.kind === "refused") return refuse(deps, received, verification.reason);
      return await act(deps, received, await decide(deps, received, body));
    } catch (error) {
      return failed(deps, received, error);
    }
  };

async function decide(deps: AcceptWebhookDependencies, received: Received, body: Uint8Array): Promise<Decision> {
  let payload: unknown;
  try {
    payload = parseBody(received.headers, body);
  } catch {
    return { kind: "unreadable", problem: "the body is no JSON" };
  }
  const { provider, headers } = received;
  const conversion = PROVIDER_DEFINITIONS[provider].convert({ headers, payload });
  if (conversion.kind === "ignored") return { kind: "ignore", reason: conversion.reason };
  return conversion.kind === "unreadable" ? conversion : toMessages(deps, received, conversion);
}

/** Finds the repository in the configuration; the payload says which one, and nothing about where it is. */
async function toMessages(
  { directory, clock }: AcceptWebhookDependencies,
  { provider, correlationId, deliveryId }: Received,
  { host, path, changes, removed }: Extract<Conversion, { kind: "push" }>,
): Promise<Decision> {
  const repository = (await directory.repositories()).match(provider, host, path);
  if (repository === undefined) return { kind: "ignore", reason: "a repository that is not configured" };
  const all = [...changes, ...removed.map((ref) => ({ ref, sha: NO_SHA }))];
  const branchesAndTags = all.filter(({ ref }) => /^refs\/(heads|tags)\//.test(ref));
  if (branchesAndTags.some(({ ref, sha }) => parseRef(ref) === undefined || !isSha(sha))) {
    return { kind: "unreadable", problem: "a ref or a commit that none is named like" };
  }
  const wanted = branchesAndTags.filter(({ ref }) => acceptedRef(repository, ref) !== undefined);
  if (wanted.length === 0) return { kind: "ignore", reason: "filters leave the ref out" };
  const shared = {
    type: PUSH_MESSAGE,
    repository: repository.id,
    provider,
    trigger: "webhook",
    ...(deliveryId !== undefined && { delivery_id: deliveryId }),
    correlation_id: correlationId,
    received_at: clock.now().toISOString(),
  } as const;
  return { kind: "queue", messages: wanted.map(({ ref, sha }) => ({ ...shared, ref, sha })) };
}

async function act(deps: AcceptWebhookDependencies, received: Received, decision: Decision): Promise<HttpAnswer> {
  const { correlationId: correlation_id, provider, deliveryId: delivery_id } = received;
  const about = { correlation_id, provider, delivery_id };
  if (decision.kind === "unreadable") {
    deps.log.warn("webhook unreadable", { ...about, reason: decision.problem });
    return answer(400, { status: "unreadable", reason: decision.problem, correlation_id });
  }
  if (decision.kind === "ignore") {
    deps.metrics.count({ [METRICS.ignored]: 1 });
    deps.log.info("webhook ignored", { ...about, reason: decision.reason });
    return answer(200, { status: "ignored", reason: decision.reason, correlation_id });
  }
  await deps.queue.send(decision.messages);
  deps.metrics.count({ [METRICS.accepted]: 1 });
  const refs = decision.messages.map(({ ref, sha }) => `${ref} ${sha}`);
  deps.log.info("webhook queued", { ...about, repository: decision.messages[0]?.repository, refs });
  return answer(202, { status: "queued", messages: decision.messages.length, correlation_id });
}

function refuse({ metrics, log }: AcceptWebhookDependencies, received: Received, reason: string): HttpAnswer {
  const { provider, correlationId, deliveryId } = received;
  metrics.count({ [METRICS.refused]: 1 });
  log.warn("webhook refused", { provider, correlation_id: correlationId, delivery_id: deliveryId, reason });
  return answer(401, { status: "unauthorized", correlation_id: correlationId });
}

/** Neither the queue's nor the secret's failure is the sender's: it may send again, and the reconciler looks anyway. */
function failed({ metrics, log }: AcceptWebhookDependencies, received: Received, error: unknown): HttpAnswer {
  const { provider, correlationId, deliveryId } = received;
  const code = error instanceof SlipwayError ? error.code : "unexpected";
  const reason = error instanceof Error ? error.message : String(error);
  metrics.count({ [METRICS.unqueued]: 1 });
  log.warn("webhook not queued", { provider, correlation_id: correlationId, delivery_id: deliveryId, code, reason });
  return answer(503, { status: "unavailable", correlation_id: correlationId });
}

const answer = (statusCode: number, body: object): HttpAnswer => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
