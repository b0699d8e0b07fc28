import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";

/** Asks the local CloudFront; the name of a distribution need not resolve, since it goes by the header. */
function ask(domain, path, take) {
  const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
  // As behind TLS, which the local CloudFront does not speak.
  const headers = { host: domain, "x-forwarded-proto": "https" };
  return request({ hostname, port, path, headers }, take);
}

/** Fetches a page of a site. @returns `{ status, body, headers }` */
export const visit = (domain, path) =>
  new Promise((resolve, reject) => {
    const sent = ask(domain, path, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((body) => resolve({ status, body, headers }), reject);
    });
    sent.on("error", reject).end();
  });

/** Serves a site at an address that a browser can open. @returns `{ url, close }` */
export async function serveSite(domain) {
  const server = createServer(({ url: path }, answer) => {
    const sent = ask(domain, path, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    sent.on("error", () => answer.destroy()).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
