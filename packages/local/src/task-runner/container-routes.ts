import type { ServerResponse } from "node:http";
import { constants } from "node:os";
import type { Container } from "./container";
import type { ContainerEngine } from "./container-engine";
import { encodeFrame, type OutputLine, STREAM } from "./container-output";
import { type ContainerStore, hasLabels } from "./container-store";
import { inspectView, listView } from "./container-view";
import { parseCreateRequest } from "./create-request";
import { UnsupportedRequestError } from "./errors";
import type { EngineReply, EngineRequest, Route } from "./http";

const DEFAULT_GRACE_SECONDS = 10;
const MAXIMUM_UNSENT_BYTES = 4 * 1024 * 1024;

/** Endpoints of containers. */
export function containerRoutes(engine: ContainerEngine): Route[] {
  const { store } = engine;
  const onContainer = (method: string, action: string, handle: ContainerHandler): Route => ({
    method,
    path: new RegExp(`^/containers/(?<id>[^/]+)${action}$`),
    handle: (request) => handle(store.get(request.parameters["id"] ?? ""), request),
  });
  return [
    { method: "GET", path: /^\/containers\/json$/, handle: ({ query }) => list(store, query) },
    { method: "POST", path: /^\/containers\/create$/, handle: (request) => create(engine, request) },
    onContainer("GET", "/json", (container) => ({ status: 200, json: inspectView(container) })),
    onContainer("POST", "/start", start),
    onContainer("POST", "/stop", stop),
    onContainer("POST", "/kill", kill),
    onContainer("POST", "/wait", async (container) => ({ status: 200, json: { StatusCode: await container.exited } })),
    onContainer("GET", "/logs", logs),
    onContainer("DELETE", "", async (container, { query }) => {
      await engine.remove(container, isSet(query.get("force")));
      return { status: 204 };
    }),
  ];
}

type ContainerHandler = (container: Container, request: EngineRequest) => EngineReply | Promise<EngineReply>;

function list(store: ContainerStore, query: URLSearchParams): EngineReply {
  const labels = labelFilters(query.get("filters") ?? "{}");
  const all = isSet(query.get("all"));
  const shown = store.all().filter((one) => (all || one.status === "running") && hasLabels(one, labels));
  return { status: 200, json: shown.map(listView) };
}

function labelFilters(text: string): string[] {
  const { label = [], ...others } = JSON.parse(text) as { label?: string[] };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new UnsupportedRequestError(`filters.${unknown}`, "is not known; label is");
  return label;
}

async function create(engine: ContainerEngine, { query, body }: EngineRequest): Promise<EngineReply> {
  const { spec } = await engine.create(query.get("name") ?? undefined, parseCreateRequest(body));
  return { status: 201, json: { Id: spec.id, Warnings: [] } };
}

async function start(container: Container): Promise<EngineReply> {
  if (container.status === "running") return { status: 304 };
  await container.start();
  return { status: 204 };
}

async function stop(container: Container, { query }: EngineRequest): Promise<EngineReply> {
  if (container.status !== "running") return { status: 304 };
  await container.stop(Number(query.get("t") ?? DEFAULT_GRACE_SECONDS) * 1000);
  return { status: 204 };
}

function kill(container: Container, { query }: EngineRequest): EngineReply {
  container.signal(signalNamed(query.get("signal") ?? "SIGKILL"));
  return { status: 204 };
}

function signalNamed(text: string): NodeJS.Signals {
  const name = text.startsWith("SIG") ? text : `SIG${text}`;
  if (!isSignal(name)) throw new UnsupportedRequestError("signal", `${text} is unknown`);
  return name;
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}

function logs(container: Container, { query }: EngineRequest): EngineReply {
  const wanted = (line: OutputLine) => isSet(query.get(line.stream === STREAM.stdout ? "stdout" : "stderr"));
  if (isSet(query.get("follow"))) return { stream: (response) => followLogs(container, response, wanted) };
  const lines = container.output.lines.filter(wanted);
  const tail = Number(query.get("tail") ?? "all");
  const frames = (Number.isInteger(tail) ? lines.slice(Math.max(0, lines.length - tail)) : lines).map(encodeFrame);
  return { stream: (response) => logHead(response).end(Buffer.concat(frames)) };
}

function followLogs(container: Container, response: ServerResponse, wanted: (line: OutputLine) => boolean): void {
  logHead(response).flushHeaders();
  const stop = container.output.follow({
    line: (line) => {
      if (wanted(line)) response.write(encodeFrame(line));
      // A reader that stopped reading must not make this process keep all that it misses.
      if (response.writableLength > MAXIMUM_UNSENT_BYTES) response.destroy();
    },
    end: () => response.end(),
  });
  response.once("close", stop);
}

function logHead(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "application/vnd.docker.multiplexed-stream" });
}

/** Docker's idea of a true query parameter. */
function isSet(value: string | null): boolean {
  return value !== null && !["", "0", "no", "false", "none"].includes(value.toLowerCase());
}
