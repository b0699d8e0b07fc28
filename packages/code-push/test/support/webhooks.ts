import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../../src/contract";
import { PROVIDER_DEFINITIONS } from "../../src/core/providers";
import { createRepositories, parseRepository } from "../../src/core/repositories";
import { createWebhookVerifier } from "../../src/core/verifier";
import type { HttpRequest } from "../../src/core/webhook";
import { createAcceptWebhook, type AcceptWebhookDependencies } from "../../src/handlers/accept-webhook";
import { MemoryQueue } from "../../src/library-memory";
import type { PushMessage } from "../../src/contract";

/** The moment at which all webhooks of the tests arrive. */
export const NOW = new Date("2026-11-21T10:00:00Z");
/** A secret that senders know. */
export const SECRET = "a secret of the tests";
/** A signing token of GitLab: `whsec_` and 32 bytes. */
export const SIGNING_TOKEN = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Bytes of a recorded webhook. */
export const fixture = (path: string): Buffer => readFileSync(join(__dirname, "..", "fixtures", "events", path));

/** Signature as GitHub, Bitbucket and others make it. */
export const hmac = (body: Buffer, secret = SECRET): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** Headers as Standard Webhooks wants them. */
export function standardHeaders(body: Buffer, at = NOW, token = SIGNING_TOKEN): Record<string, string> {
  const [id, timestamp] = ["msg_1", `${Math.floor(at.getTime() / 1000)}`];
  const key = Buffer.from(token.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** A request as the Gateway hands it over. */
export const request = (
  provider: string,
  headers: Record<string, string>,
  body: Buffer,
  isBase64Encoded = false,
): HttpRequest => ({
  routeKey: `POST /${provider}`,
  headers,
  body: body.toString(isBase64Encoded ? "base64" : "utf8"),
  isBase64Encoded,
});

/** Webhooks of each provider with good credentials. */
export const SIGNED: Readonly<Record<Provider, (body: Buffer, event?: string) => Record<string, string>>> = {
  github: (body, event = "push") => ({
    "x-github-event": event,
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "x-hub-signature-256": hmac(body),
    "content-type": "application/json",
  }),
  gitlab: (body) => ({ "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": "4c4e1bd8", ...standardHeaders(body) }),
  bitbucket: (body, event = "repo:push") => ({
    "x-event-key": event,
    "x-request-uuid": "aa0a1b2c",
    "x-hub-signature": hmac(body),
  }),
  generic: (body) => ({ "x-delivery-id": "d1", "x-signature": hmac(body) }),
};

/** Repositories that the recorded webhooks are about. */
export const CONFIGURED = createRepositories(
  [
    {
      id: "github.com/Codertocat/Hello-World",
      provider: "github",
      url: "https://github.com/Codertocat/Hello-World.git",
    },
    { id: "gitlab.com/acme/web/shop", provider: "gitlab", url: "git@gitlab.com:acme/web/shop.git" },
    { id: "bitbucket.org/acme/shop", provider: "bitbucket", url: "https://bitbucket.org/acme/shop.git" },
    { id: "git.example.org/acme/shop", provider: "generic", url: "https://git.example.org/acme/shop.git" },
  ].map(parseRepository),
);

/** What the tests look at after a webhook. */
export interface Acceptor {
  readonly queue: MemoryQueue<PushMessage>;
  readonly messages: () => readonly PushMessage[];
  readonly counted: Record<string, number>[];
  readonly lines: { readonly message: string; readonly fields: object }[];
  /** Times that secrets were read. */
  readonly reads: () => number;
  readonly accept: ReturnType<typeof createAcceptWebhook>;
}

/** The accepting function over a queue in memory. */
export function createAcceptor(
  options: {
    readonly secrets?: () => readonly string[];
    readonly deps?: Partial<AcceptWebhookDependencies>;
    readonly elapsed?: () => number;
  } = {},
): Acceptor {
  const { secrets = () => [SECRET, SIGNING_TOKEN], elapsed = () => 0 } = options;
  let reads = 0;
  const readSecrets = async (): Promise<readonly string[]> => {
    reads += 1;
    return secrets();
  };
  const [clock, stopwatch] = [{ now: () => NOW }, { elapsed }];
  const verifiers = Object.fromEntries(
    Object.entries(PROVIDER_DEFINITIONS).map(([provider, { schemes }]) => [
      provider,
      createWebhookVerifier({ readSecrets, schemes, clock, stopwatch }),
    ]),
  );
  const queue = new MemoryQueue<PushMessage>();
  const counted: Record<string, number>[] = [];
  const lines: Acceptor["lines"] = [];
  const line = (message: string, fields: object): void => void lines.push({ message, fields });
  const accept = createAcceptWebhook({
    verifiers,
    directory: { repositories: async () => CONFIGURED },
    queue,
    clock,
    ids: { next: () => "correlation-1" },
    metrics: { count: (values) => void counted.push({ ...values }) },
    log: { info: line, warn: line },
    ...options.deps,
  });
  const messages = (): readonly PushMessage[] => queue.messages.map(({ body }) => JSON.parse(body) as PushMessage);
  return { queue, messages, counted, lines, reads: () => reads, accept };
}
