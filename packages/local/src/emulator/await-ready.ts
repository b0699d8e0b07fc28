import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalStartError } from "../errors";
import { isRunning, type ProcessIdentity } from "../process/identity";
import type { DetachedProgram } from "../process/start-detached";

const READY_LIMIT_MS = 90_000;
const POLL_MS = 50;
const LAST_LINES = 5;

/** Waits until a started program answers; throws `LocalStartError` with the end of its log when it dies or is late. */
export async function awaitReady(
  program: DetachedProgram,
  identity: ProcessIdentity,
  answers: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (!(await answers())) {
    if (!isRunning(identity)) throw new LocalStartError(program.part, "ended while starting", lastLines(program.log));
    if (performance.now() > deadline) {
      throw new LocalStartError(
        program.part,
        `did not answer within ${READY_LIMIT_MS / 1000} s`,
        lastLines(program.log),
      );
    }
    await sleep(POLL_MS);
  }
}

const lastLines = (file: string): string =>
  readFileSync(file, "utf8").trim().split("\n").slice(-LAST_LINES).join(" | ");
