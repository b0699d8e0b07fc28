import {
  createServer,
  request,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a client sent it, to the letter. */
export interface PassedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server on loopback that takes requests in the way of another one. */
export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on a free port of loopback; a request whose handling fails is cut off. */
export async function serveOnLoopback(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  const url = await listen(server);
  return {
    url,
    close: async () => {
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

/** The whole body of a request or an answer. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/**
 * Sends a request to where it was going and waits for the whole answer. Path and host stay as the client signed them: a
 * URL object would take `..` out of a path, where it is part of a key.
 */
export function passOn(target: string, { method, url, headers, body }: PassedRequest, agent?: Agent): Promise<Answer> {
  const { hostname, port } = new URL(target);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path: url, method, headers, agent }, (answer) => {
      bodyOf(answer).then(
        (received) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: received }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Answers. @param bytes Cuts the connection after so many bytes of the body. @default the whole body */
export function reply(outgoing: ServerResponse, { status, headers, body }: Answer, bytes?: number): void {
  outgoing.writeHead(status, withLength(headers, body));
  if (bytes === undefined) outgoing.end(body);
  else outgoing.write(body.subarray(0, bytes), () => outgoing.destroy());
}

/** The answer was read whole, so it has a length; that of a HEAD answer tells about a body that is not there. */
function withLength(headers: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
  const { "transfer-encoding": _chunked, ...rest } = headers;
  return { "content-length": String(body.length), ...rest };
}
