// A service of the demo: answers with its name and version. SERVICE and VERSION come from the image or the task
// definition; CRASH=1 makes the bad release that every deploy tool must survive.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const { SERVICE = "service", VERSION = "0", HOST = "0.0.0.0", PORT = "8080", CRASH } = process.env;

// Callers learn a little late that a task is going away: it answers for this long after it was told to stop.
const DRAIN_MILLISECONDS = 300;

if (CRASH === "1") {
  console.error(`${SERVICE} ${VERSION}: cannot start: CRASH=1`);
  process.exit(1);
}

const answers = { "/": { service: SERVICE, version: VERSION }, "/health": { status: "ok" } };

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const answer = Object.hasOwn(answers, pathname) ? answers[pathname] : undefined;
  response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
  response.end(`${JSON.stringify(answer ?? { error: "not found" })}\n`);
});

server.listen(Number(PORT), HOST, () => console.log(`${SERVICE} ${VERSION}: listening on ${HOST}:${PORT}`));

process.once("SIGTERM", async () => {
  console.log(`${SERVICE} ${VERSION}: stopping`);
  await pause(DRAIN_MILLISECONDS);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
