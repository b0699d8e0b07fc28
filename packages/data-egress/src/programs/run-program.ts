import { once } from "node:events";

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a program until SIGTERM or SIGINT, and stops it once. What is wrong with what it was told is one line on standard
 * error, and the exit code is 1.
 */
export async function runProgram(name: string, start: () => Promise<Running>): Promise<void> {
  // From the first on: process 1 of a container does not get a signal again that nobody listened for.
  const told = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  try {
    const running = await start();
    await told;
    await running.stop();
  } catch (error) {
    const { message, hint } = error as { message?: string; hint?: string };
    process.stderr.write(`${name}: ${message ?? String(error)}${hint === undefined ? "" : `; ${hint}`}\n`);
    process.exitCode = 1;
  }
}
