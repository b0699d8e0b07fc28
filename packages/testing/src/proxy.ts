import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** One request on its way to the emulator. */
export interface ProxiedRequest {
  /** Position among the requests of this proxy, from 1. */
  readonly sequence: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Operation of a JSON or query protocol, e.g. `AmazonSSM.GetParameters`; undefined for REST protocols. */
  readonly operation: string | undefined;
  readonly body: Buffer;
}

/**
 * What happens to a request instead of being passed on:
 * - `fail`: answered here, never forwarded (the emulator did nothing);
 * - `lose-answer`: forwarded and carried out, but the connection is cut before the answer;
 * - `answer`: forwarded and carried out, but another answer is given;
 * - `truncate`: forwarded, and the connection is cut after some bytes of the answer's body;
 * - `delay`: passed on after a pause.
 */
export type Fault =
  | { readonly kind: "fail"; readonly status: number; readonly body: string; readonly contentType?: string }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "answer"; readonly status: number; readonly body: string; readonly contentType?: string }
  | { readonly kind: "truncate"; readonly bytes: number }
  | { readonly kind: "delay"; readonly milliseconds: number };

/** How the proxy behaves; everything is optional and off by default. */
export interface ProxyOptions {
  /** Base URL of what is behind the proxy, e.g. `http://127.0.0.1:4566`. */
  readonly target: string;
  /** Added to every request before it is passed on, in milliseconds. */
  readonly latency?: number;
  /** Chooses a fault for a request; undefined passes it on. Must be deterministic: seed it. */
  readonly faults?: (request: ProxiedRequest) => Fault | undefined;
}

/** What went through the proxy so far. */
export interface ProxyCounts {
  readonly requests: number;
  /** Bytes of request bodies, from the client. */
  readonly bytesSent: number;
  /** Bytes of response bodies, to the client. */
  readonly bytesReceived: number;
}

/** A running proxy. */
export interface Proxy {
  readonly url: string;
  counts(): ProxyCounts;
  /** Requests seen since the last reset, in order of arrival. */
  readonly seen: readonly ProxiedRequest[];
  /** Sets the counts to zero and forgets the requests. */
  reset(): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Starts an HTTP proxy on loopback that counts, delays and breaks requests. */
export async function startProxy({ target, latency = 0, faults = () => undefined }: ProxyOptions): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const seen: ProxiedRequest[] = [];
  let sequence = 0;
  let bytesSent = 0;
  let bytesReceived = 0;

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const proxied = describe(++sequence, incoming, await bodyOf(incoming));
    seen.push(proxied);
    bytesSent += proxied.body.length;
    const fault = faults(proxied);
    const wait = latency + (fault?.kind === "delay" ? fault.milliseconds : 0);
    if (wait > 0) await pause(wait);
    if (fault?.kind === "fail") return reply(outgoing, plainAnswer(fault));

    const answer = await forward(target, agent, proxied);
    if (fault?.kind === "lose-answer") return void outgoing.destroy();
    if (fault?.kind === "truncate") return truncate(outgoing, answer, fault.bytes);
    const given = fault?.kind === "answer" ? plainAnswer(fault) : answer;
    bytesReceived += given.body.length;
    reply(outgoing, given);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  const url = await listen(server);
  return {
    url,
    seen,
    counts: () => ({ requests: seen.length, bytesSent, bytesReceived }),
    reset: () => {
      seen.length = 0;
      bytesSent = bytesReceived = 0;
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function describe(
  sequence: number,
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
): ProxiedRequest {
  const target = headers["x-amz-target"];
  const action = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 2048).toString("latin1"))?.[1];
  return { sequence, method, url, headers, operation: typeof target === "string" ? target : action, body };
}

/** The Host header stays as the client signed it: the emulator checks the signature against it. */
function forward(target: string, agent: Agent, { method, url, headers, body }: ProxiedRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(url, target), { method, headers, agent }, (answer) => {
      bodyOf(answer).then(
        (received) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: received }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function plainAnswer(fault: { status: number; body: string; contentType?: string }): Answer {
  const headers = { "content-type": fault.contentType ?? "application/json" };
  return { status: fault.status, headers, body: Buffer.from(fault.body) };
}

function reply(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, withLength(headers, body));
  outgoing.end(body);
}

function truncate(outgoing: ServerResponse, { status, headers, body }: Answer, bytes: number): void {
  outgoing.writeHead(status, withLength(headers, body));
  outgoing.write(body.subarray(0, bytes), () => outgoing.destroy());
}

/** The answer was read whole, so it has a length; that of a HEAD answer tells about a body that is not there. */
function withLength(headers: IncomingMessage["headers"], body: Buffer): IncomingMessage["headers"] {
  const { "transfer-encoding": _chunked, ...rest } = headers;
  return { "content-length": String(body.length), ...rest };
}
