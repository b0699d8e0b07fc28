import type { DeadLetter, DeadLetters } from "@slipway/core";

/** How dead letters are sent back. */
export interface RedriveOptions {
  /** Only tell what would be sent. @default false */
  readonly dryRun?: boolean | undefined;
  /** Letters at most. @default all */
  readonly limit?: number | undefined;
  /** Ends it between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** What was done, each letter with what is known about it. */
export interface Redriven<Explained> {
  readonly letters: readonly Explained[];
  readonly redriven: number;
}

/**
 * Sends dead letters back to the queue, each explained.
 *
 * A letter is removed only after it was sent, so a crash in between makes a second copy of it and never loses it.
 */
export async function redriveLetters<Explained>(
  deadLetters: DeadLetters,
  { dryRun = false, limit = Infinity, signal }: RedriveOptions,
  explain: (letter: DeadLetter) => Explained | Promise<Explained>,
): Promise<Redriven<Explained>> {
  const taken: DeadLetter[] = [];
  const letters: Explained[] = [];
  while (taken.length < limit && signal?.aborted !== true) {
    const received = await deadLetters.receive();
    if (received.length === 0) break;
    const wanted = received.slice(0, limit - taken.length);
    letters.push(...(await Promise.all(wanted.map(explain))));
    taken.push(...wanted);
    await deadLetters.putBack(received.slice(wanted.length));
    if (!dryRun) await deadLetters.redrive(wanted);
  }
  if (dryRun) await deadLetters.putBack(taken);
  return { letters, redriven: dryRun ? 0 : taken.length };
}
