import { join } from "node:path";
import { version } from "../package.json";
import { exitCodes } from "./exit-codes";
import type { Host } from "./host";
import { libraries } from "./libraries";
import { run } from "./run";

const graceful = new AbortController();
const forced = new AbortController();
/** Time for the engine to end after the second Ctrl-C, in milliseconds. */
const forcedExitAfter = 5000;

/** First signal: end gracefully. Second: at once. Third, or when that takes too long: leave. */
function onSignal(): void {
  if (forced.signal.aborted) process.exit(exitCodes.interrupted);
  if (graceful.signal.aborted) {
    forced.abort();
    setTimeout(() => process.exit(exitCodes.interrupted), forcedExitAfter).unref();
    return;
  }
  graceful.abort();
}

// The SDK's notice about its own future would be printed among every command's output.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

async function main(): Promise<void> {
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  // `slipway ... | head` closes the pipe early, which is no failure of ours. Any other one `run` reports: it waits for writes.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
  });
  const host: Host = {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: { now: () => new Date() },
    signal: graceful.signal,
    forceSignal: forced.signal,
    libraries,
    commandsDirectory: join(__dirname, "commands"),
    version,
  };
  process.exitCode = await run(process.argv.slice(2), host);
  // Whoever asked twice does not wait for a child process that is left behind.
  if (forced.signal.aborted) process.exit();
}

void main();
