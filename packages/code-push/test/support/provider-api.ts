import { createVerify, type KeyObject } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A call of a provider's API. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** How calls are answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: object | undefined;
}

/** The API of a provider, in front of a server of repositories: what is under `prefix` is the API's. */
export class FakeProviderApi {
  readonly requests: ApiRequest[] = [];
  /** What calls are answered when nothing else knows. */
  answer: (request: ApiRequest) => ApiAnswer = () => ({ status: 201, body: {} });

  constructor(private readonly prefix: string) {}

  /** For a git server's `intercept`. */
  readonly intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!(request.url ?? "").startsWith(this.prefix)) return false;
    // A check of the test that fails in here must not leave the caller waiting.
    this.serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    return true;
  };

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const asked: ApiRequest = {
      method: request.method ?? "",
      path: (request.url ?? "").slice(this.prefix.length),
      authorization: request.headers.authorization ?? "",
      body: body === "" ? undefined : (JSON.parse(body) as unknown),
    };
    this.requests.push(asked);
    const { status, body: answer = {} } = this.answer(asked);
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(answer));
  }
}

/** What a GitHub App's token says, once its signature was found to be of the App's key. @throws Error */
export function verifyAppToken(authorization: string, key: KeyObject): { readonly iss: string; readonly exp: number } {
  const [, header = "", payload = "", signature = ""] = /^bearer ([^.]+)\.([^.]+)\.([^.]+)$/i.exec(authorization) ?? [];
  const { alg } = JSON.parse(Buffer.from(header, "base64url").toString() || "{}") as { alg?: string };
  const good = createVerify("RSA-SHA256")
    .update(`${header}.${payload}`)
    .verify(key, Buffer.from(signature, "base64url"));
  if (alg !== "RS256" || !good) throw new Error("not signed by the App");
  const { iss, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
    iss: string | number;
    exp: number;
  };
  return { iss: String(iss), exp };
}
