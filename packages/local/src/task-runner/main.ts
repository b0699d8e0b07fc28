import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InvalidInputError } from "@slipway/core";
import type { RunBuild } from "../build-runner/build-routes";
import { ContainerEngine } from "./container-engine";
import { openContainerLedger } from "./container-ledger";
import { createEngineServer } from "./engine-server";
import { createRegistryImageSource } from "./image-source";
import { listenOnSocket } from "./listen";
import { createLoopbackAddresses } from "./loopback-addresses";
import { BUILD_LOG, openTaskLog } from "./task-log";
import { startWatchdog } from "./watchdog";

/** Time that tasks have to stop in when the runner is told to end. */
const GRACE_MILLISECONDS = 3000;

async function main(): Promise<void> {
  const { socket, endpoint, logs, "build-logs": buildLogs } = readOptions();
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
  const builds = openTaskLog(buildLogs, now, BUILD_LOG);
  const searchPath = process.env["PATH"] ?? "";
  const follow = (buildId: string, text: string) => builds.write(buildId, text);
  const runBuild: RunBuild = async (order, tell, signal) => {
    // Loaded with the first build: it brings four SDK clients along.
    const runner = await import("../build-runner/run-build.js");
    await runner.runBuild(order, { endpoint, folder, searchPath, guard: watchdog, follow }, tell, signal);
  };
  const server = createEngineServer(engine, images, runBuild);

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

const OPTIONS = ["socket", "endpoint", "logs", "build-logs"] as const;

function readOptions(): Record<(typeof OPTIONS)[number], string> {
  const { values } = parseArgs({ options: Object.fromEntries(OPTIONS.map((name) => [name, { type: "string" }])) });
  const entries = OPTIONS.map((name) => {
    const value = values[name];
    if (typeof value !== "string" || value === "") throw new InvalidInputError(`--${name}`, "is missing");
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Record<(typeof OPTIONS)[number], string>;
}

main().catch((error: unknown) => {
  process.stderr.write(`slipway task runner: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
