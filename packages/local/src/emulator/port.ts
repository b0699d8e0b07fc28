import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";

const FIRST_PORT = 20_000;
/** Ends below the range that Linux hands out for outgoing connections (32768 upwards). */
const PORTS = 12_000;

/** Port that a project prefers, so that a shell set up before `down` is right again after the next `up`. */
export function preferredPort(directory: string): number {
  return FIRST_PORT + (createHash("sha256").update(resolve(directory)).digest().readUInt32BE(0) % PORTS);
}

/** The first of `preferred` and its successors that nobody listens on; another process may still take it first. */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 50; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new RangeError(`no free port between ${preferred} and ${preferred + 49}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES"))
      return false;
    throw error;
  }
}
