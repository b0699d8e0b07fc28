import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { bodyOf, passOn, reply, serveOnLoopback, type Answer, type PassedRequest } from "./pass-on";

/** One request on its way to the emulator. */
export interface ProxiedRequest extends PassedRequest {
  /** Position among the requests of this proxy, from 1. */
  readonly sequence: number;
  /** Operation of a JSON or query protocol, e.g. `AmazonSSM.GetParameters`; undefined for REST protocols. */
  readonly operation: string | undefined;
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
  /** Resolves when no request is on its way any more, not even one whose client has given up. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts an HTTP proxy on loopback that counts, delays and breaks requests. */
export async function startProxy({ target, latency = 0, faults = () => undefined }: ProxyOptions): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const seen: ProxiedRequest[] = [];
  const underWay = new Set<Promise<void>>();
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

    const answer = await passOn(target, proxied, agent);
    if (fault?.kind === "lose-answer") return void outgoing.destroy();
    if (fault?.kind === "truncate") return reply(outgoing, answer, fault.bytes);
    const given = fault?.kind === "answer" ? plainAnswer(fault) : answer;
    bytesReceived += given.body.length;
    reply(outgoing, given);
  };
  const track = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const handled = handle(incoming, outgoing);
    underWay.add(handled);
    try {
      await handled;
    } finally {
      underWay.delete(handled);
    }
  };

  const server = await serveOnLoopback(track);
  return {
    url: server.url,
    seen,
    counts: () => ({ requests: seen.length, bytesSent, bytesReceived }),
    reset: () => {
      seen.length = 0;
      bytesSent = bytesReceived = 0;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
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

function plainAnswer(fault: { status: number; body: string; contentType?: string }): Answer {
  const headers = { "content-type": fault.contentType ?? "application/json" };
  return { status: fault.status, headers, body: Buffer.from(fault.body) };
}
