import { Agent, request, type AgentOptions } from "node:https";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { DELIVERY_HEADERS, MAX_ANSWER_LENGTH } from "../agent-contract";
import type { TlsMaterial, TlsOptions } from "../tls/material";
import type { TlsSource } from "../tls/source";
import type { Delivery, RecipientAnswer, Recipients } from "./ports";
import { codeOf } from "./reasons";

/** How connections are made. Times in milliseconds. */
export interface HttpsSettings {
  /** Connections to one recipient that are kept open between files. */
  readonly connections: number;
  readonly connectionTimeout: number;
  /** How long a recipient may say nothing. */
  readonly timeout: number;
}

/** Something that took too long. */
export class RecipientTimeoutError extends Error {
  override readonly name = "RecipientTimeoutError";
}

/** Recipients behind HTTPS with mutual TLS. Their host names are verified; there is no way to switch that off. */
export class HttpsRecipients implements Recipients {
  private inUse: { readonly material: TlsMaterial; readonly agent: Agent } | undefined;

  /** @param tls Asked before each file: what has changed counts for the connections that are made from then on. */
  constructor(
    private readonly tls: TlsSource,
    private readonly settings: HttpsSettings,
  ) {}

  async send(delivery: Delivery, signal: AbortSignal): Promise<RecipientAnswer> {
    const agent = await this.agent();
    const first = start(delivery, agent, signal);
    try {
      return await exchange(first, delivery, this.settings, signal);
    } catch (error) {
      if (!wasIdle(first, error) || signal.aborted) throw error;
    }
    // The recipient closed a kept connection just as it was used again: that says nothing about the file.
    return exchange(start(delivery, agent, signal, true), delivery, this.settings, signal);
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

function start({ url, headers, bytes }: Delivery, agent: Agent, signal: AbortSignal, fresh = false): ClientRequest {
  const sent = { ...headers, "content-length": bytes, ...(fresh && { connection: "close" }) };
  const options = { method: "POST", agent: fresh ? freshAgent(agent) : agent, headers: sent, signal };
  return request(url, options);
}

/** For one request, with the same certificates and no kept connection. */
const freshAgent = ({ options }: Agent): Agent => new Agent({ ...options, keepAlive: false });

const wasIdle = ({ reusedSocket, res }: ClientRequest & { res?: IncomingMessage | null }, error: unknown): boolean =>
  reusedSocket && (res ?? undefined) === undefined && ["ECONNRESET", "EPIPE"].includes(codeOf(error) ?? "");

/** Sends the body and waits for the whole answer. */
async function exchange(
  sent: ClientRequest,
  delivery: Delivery,
  settings: HttpsSettings,
  signal: AbortSignal,
): Promise<RecipientAnswer> {
  watch(sent, settings);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
    sent.on("close", () => reject(new Error("the connection was closed without an answer")));
  });
  answered.catch(() => undefined);
  try {
    const written = pipeline(await delivery.open(), sent, { signal });
    // A recipient may refuse a file before it has all of it: then its answer counts, and not the pipe that broke.
    const unlessRefused = written.catch((error: unknown) => answered.catch(() => Promise.reject(error)));
    const answer = await readAnswer(await Promise.race([answered, unlessRefused.then(() => answered)]));
    // Whoever refuses a file does not read the rest of it; of one that is taken the last bytes are on their way.
    if (answer.status > 299 && !sent.writableEnded) sent.destroy();
    else await unlessRefused;
    return answer;
  } catch (error) {
    sent.destroy();
    throw error;
  }
}

/** Node's own mark, `reusedSocket`, is not set on a connection that goes straight to a request that waits for one. */
const connected = new WeakSet<Socket>();

function watch(sent: ClientRequest, { connectionTimeout, timeout }: HttpsSettings): void {
  sent.setTimeout(timeout, () => sent.destroy(new RecipientTimeoutError(`no sign of life for ${timeout} ms`)));
  sent.on("socket", (socket) => {
    if (connected.has(socket)) return;
    const late = () => sent.destroy(new RecipientTimeoutError(`no connection within ${connectionTimeout} ms`));
    const timer = setTimeout(late, connectionTimeout);
    socket.once("close", () => clearTimeout(timer));
    socket.once("secureConnect", () => {
      connected.add(socket);
      clearTimeout(timer);
    });
  });
}

/** Characters of an answer that are read, so that no recipient fills the memory. */
const LONGEST_ANSWER = 16 * MAX_ANSWER_LENGTH;

/** Rejects when the answer ends before its end. */
async function readAnswer(response: IncomingMessage): Promise<RecipientAnswer> {
  const { statusCode = 0, headers } = response;
  response.setEncoding("utf8");
  let body = "";
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > LONGEST_ANSWER) break;
  }
  const received = headers[DELIVERY_HEADERS.received];
  return { status: statusCode, body, ...(typeof received === "string" && { received: received.toLowerCase() }) };
}
