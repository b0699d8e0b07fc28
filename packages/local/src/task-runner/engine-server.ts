import { createServer, type IncomingMessage, type Server } from "node:http";
import { buildRoutes, type RunBuild } from "../build-runner/build-routes";
import type { ContainerEngine } from "./container-engine";
import { containerRoutes } from "./container-routes";
import { UnknownEndpointError } from "./errors";
import { type EngineReply, errorReply, readJsonBody, type Route, writeReply } from "./http";
import { imageRoutes } from "./image-routes";
import type { ImageSource } from "./image-source";

/** Version of the Docker Engine API whose subset is served. */
export const API_VERSION = "1.44";

const VERSION_PREFIX = /^\/v\d+\.\d+(?=\/)/;

const systemRoutes: Route[] = [
  { method: "GET", path: /^\/_ping$/, handle: () => ({ stream: (response) => response.end("OK") }) },
  { method: "HEAD", path: /^\/_ping$/, handle: () => ({ status: 200 }) },
  {
    method: "GET",
    path: /^\/version$/,
    handle: () => ({
      status: 200,
      json: {
        Version: "slipway",
        ApiVersion: API_VERSION,
        MinAPIVersion: "1.24",
        Os: process.platform,
        Arch: process.arch,
      },
    }),
  },
];

/**
 * A server that speaks the part of the Docker Engine API that the emulator's ECS uses, and runs each container as a
 * child process. Beside that it takes builds of CodeBuild.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/
 */
export function createEngineServer(engine: ContainerEngine, images: ImageSource, runBuild?: RunBuild): Server {
  const builds = runBuild === undefined ? [] : buildRoutes(runBuild);
  const routes = [...systemRoutes, ...imageRoutes(images), ...containerRoutes(engine), infoRoute(engine), ...builds];
  const server = createServer((request, response) => {
    void answer(routes, request)
      .catch(errorReply)
      .then((reply) => writeReply(response, reply));
  });
  // A log stream or a wait may say nothing for as long as its container runs.
  server.requestTimeout = 0;
  return server;
}

async function answer(routes: readonly Route[], request: IncomingMessage): Promise<EngineReply> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://engine");
  const path = decodeURIComponent(pathname.replace(VERSION_PREFIX, ""));
  for (const route of routes) {
    const match = route.method === request.method ? route.path.exec(path) : null;
    if (match) return route.handle({ parameters: { ...match.groups }, query, body: await readJsonBody(request) });
  }
  throw new UnknownEndpointError(`${request.method} ${path}`);
}

function infoRoute({ store }: ContainerEngine): Route {
  const count = (status: string) => store.all().filter((container) => container.status === status).length;
  return {
    method: "GET",
    path: /^\/info$/,
    handle: () => ({
      status: 200,
      json: {
        Name: "slipway-task-runner",
        ServerVersion: "slipway",
        OSType: process.platform,
        Containers: store.all().length,
        ContainersRunning: count("running"),
        ContainersStopped: count("exited"),
      },
    }),
  };
}
