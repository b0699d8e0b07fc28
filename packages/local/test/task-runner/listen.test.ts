import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenOnSocket } from "../../src/task-runner/listen";

describe("the runner's socket", () => {
  let folder: string;
  let path: string;
  let servers: Server[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-listen-"));
    path = join(folder, "tasks.sock");
    servers = [];
  });
  afterEach(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  const listen = (at = path) => {
    const server = createServer();
    servers.push(server);
    return listenOnSocket(server, at);
  };

  it("is for its owner only", async () => {
    await listen();
    expect(statSync(path).mode & 0o077).to.equal(0);
  });

  it("replaces the one that a killed runner left", async () => {
    const dying = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", dying]);
    expect(existsSync(path)).to.equal(true);
    await listen();
  });

  it("is not taken from a runner that answers on it", async () => {
    await listen();
    const failure = await listen().catch((error: unknown) => String(error));
    expect(failure).to.include("in use by another task runner");
  });

  it("is refused with the reason when its path is too long", async () => {
    const failure = await listen(join(folder, "x".repeat(100))).catch((error: unknown) => String(error));
    expect(failure).to.include("longest a Unix socket may have");
  });
});
