import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A way to an endpoint that takes its time. */
export interface Distance {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Makes each request to an endpoint take some milliseconds longer. In a process of its own: what
 * passing them on costs must not be paid by a contestant that runs in this process and spared to one that does not.
 */
export async function startDistance(endpoint: string, milliseconds: number): Promise<Distance> {
  const order = [endpoint, String(milliseconds)];
  const child = fork(join(__dirname, "distance-process.ts"), order, { execArgv: ["--import=tsx"] });
  const ended = once(child, "exit");
  const [url] = (await Promise.race([once(child, "message"), ended])) as unknown[];
  if (typeof url !== "string") throw new Error("the process that makes requests slower did not start");
  return {
    url,
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
