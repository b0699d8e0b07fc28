import { request } from "node:http";
import { text } from "node:stream/consumers";

/** What an HTTP API answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Posts to an HTTP API of the emulator. Its host name need not resolve: the emulator goes by the header, and is where its
 * own endpoint is.
 */
export function post(url: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  const { host, pathname, search } = new URL(url);
  const { hostname, port } = new URL(process.env["AWS_ENDPOINT_URL"] ?? "");
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: `${pathname}${search}`, method: "POST", headers: { ...headers, host } };
    const sent = request(options, (response) => {
      text(response).then((answered) => resolve({ status: response.statusCode ?? 0, body: answered }), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
