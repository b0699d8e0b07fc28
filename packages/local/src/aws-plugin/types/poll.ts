import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context";
import { SettleError } from "../errors";

/** How often and how long a wait asks. */
export interface Patience {
  /** What is waited for, as the message names it. */
  readonly subject: string;
  readonly intervalMilliseconds: number;
  /** Used unless the resource has a `customTimeouts` of its own. */
  readonly timeoutSeconds: number;
}

/**
 * Asks until the answer is defined.
 * @throws SettleError after the time-out, with the last thing that `explain` said.
 */
export async function poll<T>(
  context: Context,
  patience: Patience,
  ask: () => Promise<T | undefined>,
  explain: () => string = () => "no answer yet",
): Promise<T> {
  const seconds = context.timeoutSeconds ?? patience.timeoutSeconds;
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) throw new SettleError(patience.subject, `did not settle in ${seconds} s: ${explain()}`);
    await sleep(patience.intervalMilliseconds, undefined, { signal: context.signal });
  }
}
