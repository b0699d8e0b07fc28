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
 * A letter is removed only after it was sent, so a crash in between makes a second copy of it and never loses it. What
 * fails again at once and comes back while this goes on stays a letter, as does another one with the same body: otherwise
 * this would go round for ever.
 */
export async function redriveLetters<Explained>(
  deadLetters: DeadLetters,
  { dryRun = false, limit = Infinity, signal }: RedriveOptions,
  explain: (letter: DeadLetter) => Explained | Promise<Explained>,
): Promise<Redriven<Explained>> {
  const taken: DeadLetter[] = [];
  const letters: Explained[] = [];
  const sent = new Set<string>();
  const back = new Map<string, DeadLetter>();
  while (taken.length < limit && signal?.aborted !== true) {
    const received = await deadLetters.receive();
    if (received.length === 0) break;
    // A letter that comes back has another id.
    for (const letter of received) if (sent.has(letter.body)) back.set(letter.messageId, letter);
    const others = received.filter(({ body }) => !sent.has(body));
    const wanted = others.slice(0, limit - taken.length);
    letters.push(...(await Promise.all(wanted.map(explain))));
    taken.push(...wanted);
    await deadLetters.putBack(others.slice(wanted.length));
    if (dryRun) continue;
    await deadLetters.redrive(wanted);
    for (const { body } of wanted) sent.add(body);
  }
  await deadLetters.putBack([...back.values(), ...(dryRun ? taken : [])]);
  return { letters, redriven: dryRun ? 0 : taken.length };
}

/** What is told of a letter, and whether it is to go. */
export interface Judged<Explained> {
  readonly told: Explained;
  readonly isUnwanted: boolean;
}

/**
 * Removes those dead letters that nobody wants any more, and puts all others back.
 *
 * @param judge Must have kept what is worth keeping of a letter before it says that it is unwanted.
 * @returns what was told of those that were removed, or with `dryRun` would be.
 */
export async function removeLetters<Explained>(
  deadLetters: DeadLetters,
  { dryRun = false, signal }: Pick<RedriveOptions, "dryRun" | "signal">,
  judge: (letter: DeadLetter) => Promise<Judged<Explained>>,
): Promise<readonly Explained[]> {
  const kept: DeadLetter[] = [];
  const removed: Explained[] = [];
  try {
    while (signal?.aborted !== true) {
      const received = await deadLetters.receive();
      if (received.length === 0) break;
      // Until they are judged they are to be put back.
      const start = kept.push(...received) - received.length;
      const judged = await Promise.all(received.map(judge));
      const unwanted = received.filter((_, index) => judged[index]?.isUnwanted);
      removed.push(...judged.flatMap(({ told, isUnwanted }) => (isUnwanted ? [told] : [])));
      if (dryRun || unwanted.length === 0) continue;
      await deadLetters.remove(unwanted);
      kept.splice(start, received.length, ...received.filter((letter) => !unwanted.includes(letter)));
    }
  } finally {
    await deadLetters.putBack(kept);
  }
  return removed;
}
