import type { HttpRequest } from "@slipway/code-push/webhooks";

/** A request of the HTTP API, payload format 2.0. */
export interface SiteHttpRequest extends HttpRequest {
  readonly routeKey?: string | undefined;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly rawPath?: string | undefined;
  readonly rawQueryString?: string | undefined;
  readonly requestContext?: { readonly http?: { readonly method?: string | undefined } | undefined } | undefined;
}

/** An answer in payload format 2.0. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer in JSON that nobody keeps. */
export const answer = (statusCode: number, body: object): HttpAnswer => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
