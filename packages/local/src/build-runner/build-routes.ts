import type { ServerResponse } from "node:http";
import { UnsupportedRequestError } from "../task-runner/errors";
import type { Route } from "../task-runner/http";
import type { BuildNews, BuildOrder } from "./order";

/** Runs a build, tells what happens, and gives up on the signal. */
export type RunBuild = (order: BuildOrder, tell: (news: BuildNews) => void, signal: AbortSignal) => Promise<void>;

/** The endpoint that the emulator hands builds to: it answers with a line of JSON for each thing that happens. */
export const buildRoutes = (run: RunBuild): Route[] => [
  {
    method: "POST",
    path: /^\/builds$/,
    handle: ({ body }) => {
      const order = orderOf(body);
      return { stream: (response) => void stream(order, run, response) };
    },
  },
];

function orderOf(body: unknown): BuildOrder {
  const order = body as Partial<BuildOrder> | undefined;
  if (order?.build?.id === undefined || order.credentials === undefined || !order.region) {
    throw new UnsupportedRequestError("body", "is no build");
  }
  return order as BuildOrder;
}

/** Who asked for the build and lets go of the connection has ended it. */
async function stream(order: BuildOrder, run: RunBuild, response: ServerResponse): Promise<void> {
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.flushHeaders();
  const tell = (news: BuildNews) => void response.write(`${JSON.stringify(news)}\n`);
  // Without a last word the emulator counts the build as a fault.
  await run(order, tell, abort.signal).catch((error: unknown) => {
    process.stderr.write(
      `build ${order.build.id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  });
  response.end();
}
