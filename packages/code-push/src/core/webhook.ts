/** Headers by name in lower case. */
export type WebhookHeaders = Readonly<Record<string, string>>;

/** A request of API Gateway's HTTP API, payload format 2.0, as far as it matters here. */
export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  /** e.g. `POST /github`. */
  readonly routeKey?: string | undefined;
}

/** Headers whose names are compared in lower case only. */
export function webhookHeaders(headers: HttpRequest["headers"]): WebhookHeaders {
  const given = Object.entries(headers ?? {}).filter((each): each is [string, string] => each[1] !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]));
}

/** The very bytes that the sender sent; nothing when there are more than the limit. */
export function rawBody({ body = "", isBase64Encoded = false }: HttpRequest, limit: number): Uint8Array | undefined {
  // Looked at before decoding: base64 has four characters for three bytes.
  if (body.length > (isBase64Encoded ? Math.ceil(limit / 3) * 4 : limit)) return undefined;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  return bytes.byteLength > limit ? undefined : bytes;
}

/**
 * The JSON of a body, which GitHub may send as a form's field `payload`.
 *
 * @throws SyntaxError when it is none.
 */
export function parseBody(headers: WebhookHeaders, body: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  const isForm = (headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
  return JSON.parse(isForm ? (new URLSearchParams(text).get("payload") ?? "") : text) as unknown;
}
