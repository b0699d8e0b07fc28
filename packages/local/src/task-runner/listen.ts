import { once } from "node:events";
import { unlinkSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { InvalidInputError } from "@slipway/core";

/** Longest path of a Unix socket that every supported platform accepts, in bytes. */
const MAXIMUM_SOCKET_PATH = 103;

/**
 * Lets a server listen on a Unix socket that only its owner may use. A socket that a killed runner left behind is
 * replaced; one that somebody answers on is not.
 *
 * @throws {InvalidInputError} when the path is too long for a socket, or in use.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAXIMUM_SOCKET_PATH) {
    const problem = `${path} is over ${MAXIMUM_SOCKET_PATH} bytes, the longest a Unix socket may have`;
    throw new InvalidInputError("socket", problem, "move the project to a folder with a shorter path");
  }
  const state = await probe(path);
  if (state === "answering") throw new InvalidInputError("socket", `${path} is in use by another task runner`);
  if (state === "stale") unlinkSync(path);
  const mask = process.umask(0o077);
  server.listen(path);
  process.umask(mask);
  await once(server, "listening");
}

function probe(path: string): Promise<"answering" | "stale" | "absent"> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve("answering");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ENOENT" ? "absent" : "stale"));
  });
}
