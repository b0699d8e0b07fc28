import { redriveLetters } from "@slipway/aws-runtime";
import { InvalidInputError } from "@slipway/core";
import type { LostMessage, SiteClient } from "../site-client";
import type { ClientDependencies } from "./client-dependencies";

/** Creates the command that sends dead letters back, of one queue or of all of them. */
export const createRedrive =
  ({ deadLetters }: Pick<ClientDependencies, "deadLetters">): SiteClient["redrive"] =>
  async ({ queue, dryRun, limit = Infinity, signal } = {}) => {
    const names = queue === undefined ? Object.keys(deadLetters) : [queue];
    const letters: LostMessage[] = [];
    let redriven = 0;
    for (const name of names) {
      const source = deadLetters[name];
      if (source === undefined) {
        throw new InvalidInputError("queue", `${name} is none of ${Object.keys(deadLetters).join(", ")}`);
      }
      const explain = ({ messageId, body, sentAt }: Omit<LostMessage, "queue">) => ({
        queue: name,
        messageId,
        body,
        sentAt,
      });
      const done = await redriveLetters(source, { dryRun, limit: limit - letters.length, signal }, explain);
      letters.push(...done.letters);
      redriven += done.redriven;
    }
    return { letters, redriven };
  };
