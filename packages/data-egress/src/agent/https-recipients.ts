import { Agent, request, type AgentOptions } from "node:https";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { TlsMaterial, TlsOptions } from "../tls/material";
import type { TlsSource } from "../tls/source";
import { askFirst, EXPECTATION_FAILED, sendAtOnce } from "./exchange";
import type { Delivery, RecipientAnswer, Recipients } from "./ports";
import { codeOf } from "./reasons";

/** How connections are made. Times in milliseconds. */
export interface HttpsSettings {
  /** Connections to one recipient that are kept open between files. */
  readonly connections: number;
  readonly connectionTimeout: number;
  /** How long a recipient may say nothing. */
  readonly timeout: number;
  /** How long one that is asked whether it has a file may say nothing, before it gets the file; at most half of `timeout`. @default 2000 */
  readonly questionTimeout?: number | undefined;
}

const QUESTION_TIMEOUT = 2_000;

/** Something that took too long. */
export class RecipientTimeoutError extends Error {
  override readonly name = "RecipientTimeoutError";
}

/** Recipients behind HTTPS with mutual TLS. Their host names are verified; there is no way to switch that off. */
export class HttpsRecipients implements Recipients {
  private inUse: { readonly material: TlsMaterial; readonly agent: Agent } | undefined;
  /** Origins of those that were asked and never said anything to the question: they are not waited for again. */
  private readonly deaf = new Set<string>();

  /** @param tls Asked before each file: what has changed counts for the connections that are made from then on. */
  constructor(
    private readonly tls: TlsSource,
    private readonly settings: HttpsSettings,
  ) {}

  async send(delivery: Delivery, signal: AbortSignal): Promise<RecipientAnswer> {
    const agent = await this.agent();
    const asks = delivery.mayBeThere === true && !this.deaf.has(new URL(delivery.url).origin);
    const start = (fresh: boolean) => requestFor(delivery, agent, { signal, fresh, asks });
    const first = start(false);
    try {
      return await this.exchange(first, delivery, signal);
    } catch (error) {
      if (!wasIdle(first, error) || signal.aborted) throw error;
    }
    // The recipient closed a kept connection just as it was used again: that says nothing about the file.
    return this.exchange(start(true), delivery, signal);
  }

  private async exchange(sent: ClientRequest, delivery: Delivery, signal: AbortSignal): Promise<RecipientAnswer> {
    const connected = watch(sent, this.settings);
    // Silence after a question is no failure yet, so it has to be noticed before it is one.
    const questionTimeout = Math.min(this.settings.questionTimeout ?? QUESTION_TIMEOUT, this.settings.timeout / 2);
    try {
      if (sent.getHeader("expect") === undefined) return await sendAtOnce(sent, delivery, signal);
      const { answer, isDeaf } = await askFirst(sent, delivery, { connected, questionTimeout, signal });
      if (isDeaf || answer.status === EXPECTATION_FAILED) this.deaf.add(new URL(delivery.url).origin);
      return answer;
    } catch (error) {
      sent.destroy();
      throw error;
    } finally {
      // A body was announced: without it nothing else can go over this connection.
      if (!sent.writableEnded) sent.destroy();
    }
  }

  /** Closes what is not in use. */
  close(): void {
    this.inUse?.agent.destroy();
  }

  private async agent(): Promise<Agent> {
    const material = await this.tls.current();
    if (this.inUse?.material !== material) {
      if (this.inUse !== undefined) retire(this.inUse.agent);
      this.inUse = { material, agent: createAgent(material.options, this.settings.connections) };
    }
    return this.inUse.agent;
  }
}

const createAgent = (tls: TlsOptions, connections: number): Agent =>
  new Agent({
    ...tls,
    ca: [...tls.ca],
    keepAlive: true,
    maxSockets: connections,
    maxFreeSockets: connections,
  } satisfies AgentOptions);

/** Connections under the old certificate end with the file that they carry. */
function retire(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

interface RequestOptions {
  readonly signal: AbortSignal;
  /** Over a connection of its own. */
  readonly fresh: boolean;
  /** Asks whether the recipient wants the body. */
  readonly asks: boolean;
}

function requestFor({ url, headers, bytes }: Delivery, agent: Agent, { signal, fresh, asks }: RequestOptions) {
  const sent = {
    ...headers,
    "content-length": bytes,
    ...(fresh && { connection: "close" }),
    ...(asks && { expect: "100-continue" }),
  };
  return request(url, { method: "POST", agent: fresh ? freshAgent(agent) : agent, headers: sent, signal });
}

/** For one request, with the same certificates and no kept connection. */
const freshAgent = ({ options }: Agent): Agent => new Agent({ ...options, keepAlive: false });

const wasIdle = ({ reusedSocket, res }: ClientRequest & { res?: IncomingMessage | null }, error: unknown): boolean =>
  reusedSocket && (res ?? undefined) === undefined && ["ECONNRESET", "EPIPE"].includes(codeOf(error) ?? "");

/** Node's own mark, `reusedSocket`, is not set on a connection that goes straight to a request that waits for one. */
const connected = new WeakSet<Socket>();

/** @returns what resolves when there is a connection. */
function watch(sent: ClientRequest, { connectionTimeout, timeout }: HttpsSettings): Promise<void> {
  sent.setTimeout(timeout, () => sent.destroy(new RecipientTimeoutError(`no sign of life for ${timeout} ms`)));
  return new Promise((resolve) => {
    sent.on("socket", (socket) => {
      if (connected.has(socket)) return resolve();
      const late = () => sent.destroy(new RecipientTimeoutError(`no connection within ${connectionTimeout} ms`));
      const timer = setTimeout(late, connectionTimeout);
      socket.once("close", () => clearTimeout(timer));
      socket.once("secureConnect", () => {
        connected.add(socket);
        clearTimeout(timer);
        resolve();
      });
    });
  });
}
