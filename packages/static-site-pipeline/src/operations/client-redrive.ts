import { redriveLetters } from "@slipway/aws-runtime";
import { InvalidInputError, type DeadLetter } from "@slipway/core";
import type { LostMessage, SiteClient } from "../site-client";
import type { ClientDependencies } from "./client-dependencies";

/** Creates the command that sends dead letters back, of one queue or of all of them, each with why it was given up. */
export const createRedrive =
  ({ deadLetters, pipelines }: Pick<ClientDependencies, "deadLetters" | "pipelines">): SiteClient["redrive"] =>
  async ({ queue, dryRun, limit = Infinity, signal } = {}) => {
    const names = queue === undefined ? Object.keys(deadLetters) : [queue];
    const letters: LostMessage[] = [];
    let redriven = 0;
    for (const name of names) {
      const source = deadLetters[name];
      if (source === undefined) {
        throw new InvalidInputError("queue", `${name} is none of ${Object.keys(deadLetters).join(", ")}`);
      }
      const explain = async ({ messageId, body, sentAt }: DeadLetter): Promise<LostMessage> => ({
        queue: name,
        messageId,
        body,
        sentAt,
        failure: await pipelines.failure(messageId),
      });
      const done = await redriveLetters(source, { dryRun, limit: limit - letters.length, signal }, explain);
      letters.push(...done.letters);
      redriven += done.redriven;
    }
    return { letters, redriven };
  };
