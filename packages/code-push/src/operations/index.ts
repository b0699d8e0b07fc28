import { redriveLetters } from "@slipway/aws-runtime";
import { UnknownRepositoryError, UnreadableMessageError } from "../core/errors";
import { parseMessage } from "../core/message";
import type { DeadLetter } from "../core/ports";
import type { LostPush, PushClient } from "../push-client";
import type { PushDependencies } from "./dependencies";
import { findFailure } from "./failures";
import { createListPushes } from "./list-pushes";
import { reconcile } from "./reconcile";

export type { PushDependencies } from "./dependencies";
export { pushCommit } from "./push-commit";
export type { PushResult } from "./push-commit";
export { createPushOnce } from "./push-once";
export type { PushOnceDependencies } from "./push-once";

/** Creates a client of one code push. */
export const createPushClient = (deps: PushDependencies): PushClient => ({
  listPushes: createListPushes(deps),
  reconcile: async (input = {}) => {
    const { repository } = input;
    const known = repository === undefined || (await deps.directory.repositories()).byId(repository) !== undefined;
    if (!known) throw new UnknownRepositoryError(repository);
    // Whoever asks by hand wants to know now; what is under way already does no harm twice.
    return reconcile(deps, { ...input, grace: 0 });
  },
  redrive: (options = {}) => redriveLetters(deps.deadLetters, options, (letter) => explain(deps, letter)),
});

async function explain(deps: PushDependencies, { messageId, body, sentAt }: DeadLetter): Promise<LostPush> {
  const failure = await findFailure(deps, messageId);
  const known = { messageId, sentAt, ...(failure !== undefined && { failure }) };
  try {
    return { ...known, message: parseMessage(body) };
  } catch (error) {
    if (error instanceof UnreadableMessageError) return { ...known, problem: error.problem };
    throw error;
  }
}
