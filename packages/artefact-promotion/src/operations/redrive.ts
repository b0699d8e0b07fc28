import { redriveLetters } from "@slipway/aws-runtime";
import type { ExplainedLetter, RedriveInput, RedriveResult } from "../artefact-client";
import { parseMessage } from "../core/message";
import type { DeadLetter } from "../core/ports";
import type { PromotionDependencies } from "./dependencies";

/** Creates `redrive`: sends dead letters back to the queue, each with the reason for which it was given up. */
export const createRedrive =
  (deps: PromotionDependencies) =>
  (input: RedriveInput = {}): Promise<RedriveResult> =>
    redriveLetters(deps.deadLetters, input, (letter) => explain(deps, letter));

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
