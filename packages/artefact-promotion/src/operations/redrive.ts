import type { ExplainedLetter, RedriveInput, RedriveResult } from "../artefact-client";
import { parseMessage } from "../core/message";
import type { DeadLetter } from "../core/ports";
import type { PromotionDependencies } from "./dependencies";

/**
 * Creates `redrive`: sends dead letters back to the queue, each with the reason for which it was given up.
 *
 * A letter is removed only after it was sent, so a crash in between makes a second copy of it and never loses it.
 */
export const createRedrive =
  (deps: PromotionDependencies) =>
  async ({ dryRun = false, limit = Infinity, signal }: RedriveInput = {}): Promise<RedriveResult> => {
    const taken: DeadLetter[] = [];
    const letters: ExplainedLetter[] = [];
    while (taken.length < limit && signal?.aborted !== true) {
      const received = await deps.deadLetters.receive();
      if (received.length === 0) break;
      const wanted = received.slice(0, limit - taken.length);
      letters.push(...(await Promise.all(wanted.map((letter) => explain(deps, letter)))));
      taken.push(...wanted);
      await deps.deadLetters.putBack(received.slice(wanted.length));
      if (!dryRun) await deps.deadLetters.redrive(wanted);
    }
    if (dryRun) await deps.deadLetters.putBack(taken);
    return { letters, redriven: dryRun ? 0 : taken.length };
  };

async function explain({ ledger }: PromotionDependencies, letter: DeadLetter): Promise<ExplainedLetter> {
  const { messageId, sentAt, body } = letter;
  const keys = keysOf(body);
  const subjects = keys.length === 0 ? [{ messageId }] : keys.map((key) => ({ key, messageId }));
  const failures = (await Promise.all(subjects.map((subject) => ledger.failure(subject)))).filter(
    (each) => each !== undefined,
  );
  return { messageId, keys, failure: failures.find((each) => each.messageId === messageId) ?? failures[0], sentAt };
}

function keysOf(body: string): readonly string[] {
  const message = parseMessage(body);
  if (message.kind === "created") return message.objects.map(({ key }) => key);
  return message.kind === "look-again" ? [message.request.key] : [];
}
