import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

// A runner of its own process: starts a container that holds a connection to the test open, then waits to be killed.
const RUNNER = `
  const { Container } = require(${JSON.stringify(resolve(__dirname, "../../src/task-runner/container"))});
  const { startWatchdog } = require(${JSON.stringify(resolve(__dirname, "../../src/task-runner/watchdog"))});
  const [folder, port] = process.argv.slice(1);
  const spec = { id: "1", name: "one", labels: {}, environment: {}, folder, createdAt: new Date() };
  const command = [process.execPath, "-e", "require('node:net').connect(" + port + ", '127.0.0.1')"];
  new Container({ ...spec, command }, startWatchdog(folder, ['--import', 'tsx']), () => new Date()).start();
  console.log("told");
  setInterval(() => {}, 1000);
`;

describe("the watchdog", () => {
  let folder: string;
  let server: Server;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-watchdog-"));
    server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.close();
    // A task that outlived its runner ends with its connection.
    for (const socket of sockets.splice(0)) socket.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends the tasks of a runner that was killed, and removes their folders", async () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const connected = once(server, "connection") as Promise<[Socket]>;
    const runner = spawn(process.execPath, ["--import", "tsx", "-e", RUNNER, folder, String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // The task may connect before the runner, kept from the processor, has told the watchdog of it.
    const [[task]] = await Promise.all([connected, once(runner.stdout, "data")]);
    task.resume();
    runner.kill("SIGKILL");
    // Each of these waits for as long as the promise is not kept.
    await once(task, "close");
    while (existsSync(folder)) await pause(10);
  });
});
