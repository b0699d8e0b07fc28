import type { IncomingMessage, ServerResponse } from "node:http";
import { EngineError, UnsupportedRequestError } from "./errors";

/** A request, taken apart. */
export interface EngineRequest {
  /** The groups of the route's pattern, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined when there is none. */
  readonly body: unknown;
}

/** An answer: JSON (or nothing), or a function that writes the rest of the response itself. */
export type EngineReply =
  { readonly status: number; readonly json?: unknown } | { readonly stream: (response: ServerResponse) => void };

/** One endpoint. `path` is a pattern over the path without the version prefix; its groups become parameters. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: (request: EngineRequest) => EngineReply | Promise<EngineReply>;
}

const MAXIMUM_BODY_BYTES = 4 * 1024 * 1024;

/** @throws {UnsupportedRequestError} when the body is too large or is not JSON. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES) throw new UnsupportedRequestError("body", `is over ${MAXIMUM_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new UnsupportedRequestError("body", "is not JSON");
  }
}

/** Writes an answer. */
export function writeReply(response: ServerResponse, reply: EngineReply): void {
  if ("stream" in reply) return reply.stream(response);
  const body = reply.json === undefined ? "" : JSON.stringify(reply.json);
  response.writeHead(reply.status, {
    ...(body ? { "content-type": "application/json" } : {}),
    ...(reply.status === 204 || reply.status === 304 ? {} : { "content-length": Buffer.byteLength(body) }),
  });
  response.end(body);
}

/** The answer to a failed request: Docker's shape, with the hint in the message, because nothing else is shown. */
export function errorReply(error: unknown): EngineReply {
  if (!(error instanceof EngineError)) {
    return { status: 500, json: { message: error instanceof Error ? error.message : String(error) } };
  }
  return { status: error.status, json: { message: error.hint ? `${error.message}: ${error.hint}` : error.message } };
}
