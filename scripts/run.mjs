import { spawn } from "node:child_process";
import { repositoryRoot } from "./root.mjs";

// The AWS SDK announces on stderr, in every process, that it will leave Node 20 one day; Slipway's readers need not know.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/**
 * Runs a command in the checkout and shows what it prints.
 *
 * @returns {Promise<number>} its exit code; 128 plus the signal's number, as a shell would say it, when one ended it.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
    options.onStart?.(child);
  });
}

/** Like {@link run}, but a non-zero exit code ends this process with the same code. */
export async function runOrExit(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) process.exit(code);
}

/** Prints one line of progress on stderr. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Seconds since `start`, for people: `4.2 s`, `1 min 12 s`. */
export function elapsed(start) {
  const seconds = (performance.now() - start) / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
