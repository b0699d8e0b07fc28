import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InvalidInputError } from "@slipway/core";
import { ContainerEngine } from "./container-engine";
import { openContainerLedger } from "./container-ledger";
import { createEngineServer } from "./engine-server";
import { createRegistryImageSource } from "./image-source";
import { listenOnSocket } from "./listen";
import { createLoopbackAddresses } from "./loopback-addresses";
import { openTaskLog } from "./task-log";
import { startWatchdog } from "./watchdog";

/** Time that tasks have to stop in when the runner is told to end. */
const GRACE_MILLISECONDS = 3000;

async function main(): Promise<void> {
  const { socket, endpoint, logs } = readOptions();
  const now = () => new Date();
  const folder = mkdtempSync(join(tmpdir(), "slipway-tasks-"));
  const watchdog = startWatchdog(folder, process.execArgv);
  const log = openTaskLog(logs, now);
  const images = createRegistryImageSource(endpoint);
  const engine = new ContainerEngine({
    images,
    addresses: createLoopbackAddresses(),
    guard: watchdog,
    ledger: openContainerLedger(`${socket}.containers`),
    onCreate: (container) => log.follow(container),
    endpoint,
    folder,
    searchPath: process.env["PATH"] ?? "",
    now,
  });
  const server = createEngineServer(engine, images);

  let ending = false;
  const end = async (reason: string, exitCode: number) => {
    if (ending) return;
    ending = true;
    log.note(`ends: ${reason}`);
    server.close();
    await engine.stopAll(GRACE_MILLISECONDS);
    await rm(folder, { recursive: true, force: true });
    process.exit(exitCode);
  };
  process.once("SIGTERM", () => void end("SIGTERM", 0));
  process.once("SIGINT", () => void end("SIGINT", 0));
  // Unguarded tasks could outlive this process unseen, so it does not go on without its watchdog.
  void watchdog.lost.then(() => end("the watchdog is gone", 1));

  await listenOnSocket(server, socket);
  log.note(`listens on ${socket}`);
}

function readOptions(): { socket: string; endpoint: string; logs: string } {
  const options = { socket: { type: "string" }, endpoint: { type: "string" }, logs: { type: "string" } } as const;
  const { socket, endpoint, logs } = parseArgs({ options }).values;
  if (!socket) throw new InvalidInputError("--socket", "is missing");
  if (!endpoint) throw new InvalidInputError("--endpoint", "is missing");
  if (!logs) throw new InvalidInputError("--logs", "is missing");
  return { socket, endpoint, logs };
}

main().catch((error: unknown) => {
  process.stderr.write(`slipway task runner: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
