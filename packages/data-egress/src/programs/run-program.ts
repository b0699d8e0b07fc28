/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * Runs a program until SIGTERM or SIGINT. What is wrong with what it was told is one line on standard error, and the
 * exit code is 1.
 */
export async function runProgram(name: string, start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void running.stop());
  } catch (error) {
    const { message, hint } = error as { message?: string; hint?: string };
    process.stderr.write(`${name}: ${message ?? String(error)}${hint === undefined ? "" : `; ${hint}`}\n`);
    process.exitCode = 1;
  }
}
