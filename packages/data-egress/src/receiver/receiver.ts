import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { finished, pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { DELIVERY_HEADERS } from "../agent-contract";
import { isSha256, readDigestField, VerifiedContent, WrongContentError } from "../agent/digest";
import { problemOfName } from "../agent/names";
import { reasonOf } from "../agent/reasons";
import type { TlsOptions } from "../tls/material";
import { RECEIVER_PATH, RECEIVER_PORT } from "../receiver-contract";
import type { Content, Inbox } from "./inbox";
import { Receiving } from "./receiving";

/** What a receiver is told. */
export interface ReceiverOptions {
  readonly inbox: Inbox;
  readonly tls: TlsOptions;
  /** Names of clients that may send, as their certificates' common or alternative names. @default all that are trusted */
  readonly clients?: readonly string[] | undefined;
  /** Paths that take files, and what is below them. @default `/DA` */
  readonly paths?: readonly string[] | undefined;
  /** 0 takes a free one. @default 8091 */
  readonly port?: number | undefined;
  /** @default all addresses */
  readonly host?: string | undefined;
  /** For tests of senders: how it misbehaves. @default it does not */
  readonly mischief?: (() => Mischief | undefined) | undefined;
  readonly log?: ((line: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** How a receiver misbehaves at one request. */
export type Mischief =
  /** Takes this long before it answers, in milliseconds. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** Closes the connection in the middle of the file. */
  | { readonly kind: "gone" }
  /** Begins to say that it has the file, and closes the connection: the file is not kept. */
  | { readonly kind: "broken-answer" }
  | { readonly kind: "fail"; readonly status: number };

/** What it answers when it has a file. */
export interface InboxReceipt {
  readonly sha256: string;
  readonly bytes: number;
}

/** A receiver at work. */
export interface Receiver {
  readonly port: number;
  /** Handshakes that succeeded. */
  readonly handshakes: number;
  /** Common names of the clients of those handshakes, in order. */
  readonly clients: readonly string[];
  /** For the connections that are made from now on. */
  useTls(tls: TlsOptions): void;
  /** Closes the connections that carry nothing. */
  closeIdle(): void;
  stop(): Promise<void>;
}

/** Starts a recipient that keeps what it gets only if it is what its digest says. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { tls, port = RECEIVER_PORT, host, log = () => undefined } = options;
  const clients: string[] = [];
  const receiving = new Receiving();
  const take = (isAsked: boolean) => (request: IncomingMessage, response: ServerResponse) =>
    void receive({ ...options, receiving, isAsked }, request, response).catch((error: unknown) => {
      log({ level: "ERROR", message: "could not receive a file", reason: reasonOf(error) });
      response.destroy();
    });
  const server = createServer(serverOptions(tls), take(false)).on("checkContinue", take(true));
  server.on("secureConnection", (socket) => clients.push(namesOf(socket)[0] ?? ""));
  server.on("tlsClientError", (error) => log({ level: "WARN", message: "refused a client", reason: reasonOf(error) }));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    get handshakes() {
      return clients.length;
    },
    closeIdle: () => server.closeIdleConnections(),
    useTls: (next) => server.setSecureContext(serverOptions(next)),
    stop: () => close(server),
  };
}

const serverOptions = (tls: TlsOptions) => ({ ...tls, ca: [...tls.ca], requestCert: true, rejectUnauthorized: true });

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** A request that is answered with something else than a receipt. */
class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Reception extends ReceiverOptions {
  readonly receiving: Receiving;
  /** The sender waits to be told whether the file is wanted. */
  readonly isAsked: boolean;
}

async function receive(options: Reception, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { inbox, receiving, isAsked, log = () => undefined } = options;
  const mischief = options.mischief?.();
  try {
    assertClient(options.clients, request.socket as TLSSocket);
    const folder = folderOf(request.url ?? "", options.paths ?? [RECEIVER_PATH]);
    if (request.method === "GET" || request.method === "HEAD") return answer(response, 200, { status: "ok" });
    if (request.method !== "POST" && request.method !== "PUT") throw new Refusal(405, "send files by POST");
    if (mischief?.kind === "fail") throw new Refusal(mischief.status, "asked to fail");
    if (mischief?.kind === "gone") return goAway(request);
    if (mischief?.kind === "slow") await pause(mischief.milliseconds);
    const path = `${folder}/${nameOf(request)}`;
    if (mischief?.kind === "broken-answer") return await breakAnswer(request, response);
    const expected = expectedOf(request);
    const delivery = request.headers[DELIVERY_HEADERS.id];
    const tell = (message: string, receipt: InboxReceipt): void => {
      log({ level: "INFO", message, path, ...receipt, delivery });
      response.setHeader(DELIVERY_HEADERS.received, receipt.sha256);
      answer(response, 200, receipt);
    };
    if (isAsked) {
      await receiving.ended(path);
      const bytes = await inbox.find(path, expected);
      if (bytes !== undefined) return tell("has it already", { sha256: expected.sha256, bytes });
      response.writeContinue();
    }
    const content = new VerifiedContent(expected);
    await receiving.whileIn(path, Promise.all([pipeline(request, content), inbox.save(path, content, expected)]));
    tell("received", { sha256: expected.sha256, bytes: content.bytes });
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === undefined) throw error;
    log({ level: "WARN", message: "refused a file", status: refusal.status, reason: refusal.message });
    // What is still on its way is not wanted.
    if (!request.complete) response.setHeader("connection", "close");
    answer(response, refusal.status, { error: refusal.message });
  }
}

const asRefusal = (error: unknown): Refusal | undefined => {
  if (error instanceof Refusal) return error;
  return error instanceof WrongContentError ? new Refusal(422, error.message) : undefined;
};

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** The handshake has proven that somebody trusted vouches for the name; here is who may send. */
function assertClient(clients: readonly string[] | undefined, socket: TLSSocket): void {
  if (clients === undefined) return;
  const names = namesOf(socket);
  if (!names.some((name) => clients.includes(name))) {
    throw new Refusal(403, `no client of this name may send: ${JSON.stringify(names[0] ?? "")}`);
  }
}

/** Common name first, then alternative ones. */
function namesOf(socket: TLSSocket): readonly string[] {
  const certificate = socket.getPeerX509Certificate();
  return [
    ...(certificate?.subject ?? "").split("\n").flatMap((line) => /^CN=(.+)$/.exec(line)?.[1] ?? []),
    ...(certificate?.subjectAltName ?? "").split(", ").flatMap((each) => /^DNS:(.+)$/.exec(each)?.[1] ?? []),
  ];
}

/** Path of the folder that a URL means, without `/` at its ends. */
function folderOf(url: string, paths: readonly string[]): string {
  const { pathname } = new URL(url, "https://receiver");
  const path = pathname.replace(/\/+$/, "");
  if (!paths.some((each) => path === each || path.startsWith(`${each}/`)))
    throw new Refusal(404, "no files are taken here");
  const segments = path.slice(1).split("/").map(decode);
  for (const segment of segments) assertName(segment);
  return segments.join("/");
}

function nameOf({ headers }: IncomingMessage): string {
  const encoded = headers[DELIVERY_HEADERS.name];
  const name = typeof encoded === "string" ? decode(encoded) : randomUUID();
  assertName(name);
  return name;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "a name is not percent-encoded as it should be");
  }
}

function assertName(name: string): void {
  const problem = problemOfName(name);
  if (problem !== undefined) throw new Refusal(400, `${JSON.stringify(name)} is no name: ${problem}`);
}

/** What the headers announce. A file without a digest cannot be proven, and is not taken. */
function expectedOf({ headers }: IncomingMessage): Content {
  const fields = ["content-digest", "repr-digest"].map((field) => readDigestField(String(headers[field] ?? "")));
  const plain = headers[DELIVERY_HEADERS.sha256];
  const announced = [...fields, typeof plain === "string" && isSha256(plain) ? plain : undefined].filter(
    (each) => each !== undefined,
  );
  const [sha256] = announced;
  if (sha256 === undefined) throw new Refusal(400, "the file comes without its SHA-256 (Content-Digest)");
  if (announced.some((each) => each !== sha256)) throw new Refusal(400, "the digests in the headers differ");
  const length = headers["content-length"];
  return { sha256, ...(length !== undefined && { bytes: Number(length) }) };
}

function goAway(request: IncomingMessage): void {
  request.once("data", () => request.destroy());
  request.once("end", () => request.destroy());
}

async function breakAnswer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await finished(request.resume());
  response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
  response.write("{", () => response.destroy());
}
