import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

/** A request that the server got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A running server of bare repositories. */
export interface GitServer {
  /** e.g. `http://127.0.0.1:40001`. */
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Answers in place of git, when it answers at all. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Speaks the protocol's first version only, in which a host may give out refs and nothing else. */
  oldProtocol: boolean;
  /** Bytes of an answer in a tenth of a second; nothing: as fast as it can. */
  throttle: number | undefined;
  close(): Promise<void>;
}

/** Serves the repositories in a folder over HTTP on loopback, by git's own `http-backend`. */
export async function startGitServer(root: string): Promise<GitServer> {
  const state: Pick<GitServer, "intercept" | "oldProtocol" | "throttle"> = {
    intercept: undefined,
    oldProtocol: false,
    throttle: undefined,
  };
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    seen.push({ method, path: url, authorization: headers.authorization });
    if (state.intercept?.(request, response) === true) return;
    runBackend(root, request, response, state);
  });
  const url = await listen(server);
  return Object.assign(state, {
    url,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

function runBackend(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  { oldProtocol, throttle }: Pick<GitServer, "oldProtocol" | "throttle">,
): void {
  const [path = "/", query = ""] = (request.url ?? "/").split("?");
  const protocol = request.headers["git-protocol"];
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      REQUEST_METHOD: request.method ?? "GET",
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      REMOTE_ADDR: "127.0.0.1",
      ...(typeof protocol === "string" && !oldProtocol && { GIT_PROTOCOL: protocol }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  response.on("close", () => child.kill());
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    child.stdout.off("data", readHead);
    const { status, headers } = parseHead(head.subarray(0, end).toString("latin1"));
    response.writeHead(status, headers);
    response.write(head.subarray(end + 4));
    if (throttle === undefined) child.stdout.pipe(response);
    else void trickle(child.stdout, response, throttle);
  };
  child.stdout.on("data", readHead);
}

/** Sends so many bytes every tenth of a second. */
async function trickle(source: Readable, response: ServerResponse, bytes: number): Promise<void> {
  for await (const chunk of source) {
    for (let start = 0; start < (chunk as Buffer).length; start += bytes) {
      response.write((chunk as Buffer).subarray(start, start + bytes));
    }
    await pause((100 * (chunk as Buffer).length) / bytes);
  }
  response.end();
}

function parseHead(text: string): { status: number; headers: Record<string, string> } {
  const lines = text.split("\r\n").map((line) => line.split(": ") as [string, string]);
  const { Status = "200", ...headers } = Object.fromEntries(lines);
  return { status: Number.parseInt(Status, 10), headers };
}
