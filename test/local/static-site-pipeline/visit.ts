import { request } from "node:http";
import { text } from "node:stream/consumers";

/** What a distribution answers; its name need not resolve, the emulator goes by the header. */
export function visit(
  domain: string,
  path: string,
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const { hostname, port } = new URL(process.env["AWS_ENDPOINT_URL"] ?? "");
  return new Promise((resolve, reject) => {
    const headers = { host: domain, "x-forwarded-proto": "https" };
    const sent = request({ hostname, port, path, headers }, (response) => {
      const { statusCode = 0, headers: answered } = response;
      text(response).then((body) => resolve({ status: statusCode, body, headers: answered }), reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
