import { createServer, type Server } from "node:http";
import type { PrometheusMetrics } from "./prometheus";

/** Port of metrics and health; the original's. */
export const MONITOR_PORT = 9996;

/**
 * Serves `/metrics` for Prometheus and `/health`: 200, or 503 with the reason.
 *
 * @param port 0 takes a free one.
 * @param problem Why the agent is not well; undefined when it is.
 */
export async function startMonitor(
  metrics: PrometheusMetrics,
  problem: () => string | undefined,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/metrics") {
      metrics.text().then(
        (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else if (request.url === "/health") {
      const reason = problem();
      const body = JSON.stringify(reason === undefined ? { status: "ok" } : { status: "failing", reason });
      response.writeHead(reason === undefined ? 200 : 503, { "content-type": "application/json" }).end(body);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server;
}
