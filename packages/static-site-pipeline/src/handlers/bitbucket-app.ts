import { PROVIDER_DEFINITIONS, at, textAt, verifyWebhook, type WebhookHeaders } from "@slipway/code-push/webhooks";
import { ROUTES } from "../contract";
import { connectScheme, issuerOf, type SignedRequest } from "../core/bitbucket-jwt";
import type { Installation, InstallationSecrets } from "../core/ports";
import { answer, type HttpAnswer, type SiteHttpRequest } from "./http";
import { ignore, queuePush, refuse, type PushDependencies } from "./queue-push";

/** What the Bitbucket app's second function works with. */
export interface BitbucketAppDependencies extends PushDependencies {
  readonly secrets: InstallationSecrets;
  readonly bitbucket?:
    | {
        readonly key: string;
        readonly baseUrl: string;
        /** Who may install it: user names or UUIDs, in lower case. Nobody else's sites are ours to build. */
        readonly accounts: readonly string[];
      }
    | undefined;
}

/** What came. */
interface Incoming {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  readonly correlationId: string;
}

const CLIENT_KEY = /^[\w:{}.-]{1,256}$/;

/** Takes up what Bitbucket tells the app: that it was installed on an account, or removed, or that somebody pushed. */
export async function acceptBitbucketApp(
  deps: BitbucketAppDependencies,
  request: SiteHttpRequest,
  incoming: Incoming,
): Promise<HttpAnswer> {
  if (deps.bitbucket === undefined) return answer(404, { status: "no-app" });
  const payload = parsed(incoming.body);
  if (payload === undefined) return answer(400, { status: "unreadable", correlation_id: incoming.correlationId });
  if (request.routeKey === ROUTES.bitbucketInstalled) return install(deps, request, incoming, payload);

  const clientKey = issuerOf(incoming.headers["authorization"]);
  const known = clientKey === undefined ? undefined : await deps.pipelines.installation("bitbucket", clientKey);
  const secret = known && (await deps.secrets.read(known.id));
  if (known === undefined || secret === undefined || !isProven(deps, request, incoming, known.id, secret)) {
    return refuse(deps, incoming.correlationId, "bitbucket-app", "the token does not fit");
  }
  return request.routeKey === ROUTES.bitbucketUninstalled
    ? uninstall(deps, known, incoming.correlationId)
    : takeEvent(deps, known, incoming, payload);
}

/**
 * The handshake: the first one brings the secret that all later calls are proven with, so it can only prove that it
 * knows the secret that it brings. It is taken from accounts that are allowed to, and never over what another one brought:
 * whoever comes again must know the secret of before.
 */
async function install(
  deps: BitbucketAppDependencies,
  request: SiteHttpRequest,
  incoming: Incoming,
  payload: unknown,
): Promise<HttpAnswer> {
  const { correlationId } = incoming;
  const [clientKey = "", shared = ""] = [textAt(payload, "clientKey"), textAt(payload, "sharedSecret")];
  const names = ["username", "nickname", "uuid"].map((field) => textAt(payload, "principal", field)?.toLowerCase());
  if (!CLIENT_KEY.test(clientKey) || shared.length < 16) return answer(400, { status: "unreadable" });
  if (textAt(payload, "key") !== deps.bitbucket?.key) return answer(400, { status: "another-app" });
  const account = names.find((name) => name !== undefined && deps.bitbucket?.accounts.includes(name));
  if (account === undefined) return refuse(deps, correlationId, "bitbucket-app", "the account is not allowed to");
  const before = await deps.secrets.read(clientKey);
  if (!isProven(deps, request, incoming, clientKey, before ?? shared)) {
    return refuse(deps, correlationId, "bitbucket-app", "the token does not fit");
  }
  await deps.secrets.write(clientKey, shared);
  const owner = names.find((name) => name !== undefined) ?? account;
  const updated_at = deps.clock.now().toISOString();
  await deps.pipelines.saveInstallation({
    provider: "bitbucket",
    id: clientKey,
    account: owner,
    repositories: [],
    updated_at,
  });
  deps.log.info("app installed", { correlation_id: correlationId, provider: "bitbucket", account: owner });
  return answer(200, { status: "installed", correlation_id: correlationId });
}

async function uninstall(
  { pipelines, secrets, log }: BitbucketAppDependencies,
  { id, account }: Installation,
  correlation_id: string,
): Promise<HttpAnswer> {
  await pipelines.removeInstallation("bitbucket", id);
  await secrets.remove(id);
  log.info("app removed", { correlation_id, provider: "bitbucket", account });
  return answer(200, { status: "uninstalled", correlation_id });
}

/** Connect wraps an event's payload; an installation speaks for its own account's repositories only. */
async function takeEvent(
  deps: BitbucketAppDependencies,
  { account }: Installation,
  { headers, correlationId }: Incoming,
  payload: unknown,
): Promise<HttpAnswer> {
  const event = textAt(payload, "event") ?? headers["x-event-key"];
  if (event !== "repo:push") return ignore(deps, correlationId, `event ${event ?? "without a name"}`);
  const { convert, deliveryHeader } = PROVIDER_DEFINITIONS.bitbucket;
  const conversion = convert({
    headers: { ...headers, "x-event-key": event },
    payload: at(payload, "data") ?? payload,
  });
  const received = {
    correlationId,
    trigger: "bitbucket",
    delivery: headers[deliveryHeader]?.slice(0, 128),
    channel: { kind: "bitbucket" },
    speaksFor: (repository: string) => repository.toLowerCase().split("/")[1] === account,
  } as const;
  return queuePush(deps, received, conversion);
}

function isProven(
  { bitbucket, clock }: BitbucketAppDependencies,
  request: SiteHttpRequest,
  { headers, body }: Incoming,
  clientKey: string,
  secret: string,
): boolean {
  const signed: SignedRequest = {
    method: request.requestContext?.http?.method ?? "POST",
    path: relative(request.rawPath ?? "/", bitbucket?.baseUrl ?? ""),
    query: request.rawQueryString ?? "",
  };
  const scheme = connectScheme(clientKey, signed);
  return verifyWebhook([scheme], { headers, body }, [secret], clock.now()).kind === "verified";
}

/** What a token is bound to is relative to the app's address, which may have a path. */
function relative(path: string, baseUrl: string): string {
  const prefix = URL.canParse(baseUrl) ? new URL(baseUrl).pathname.replace(/\/$/, "") : "";
  return prefix !== "" && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
