import { failedItems, receivesOf, type BatchAnswer, type QueueBatch, type QueueRecord } from "@slipway/aws-runtime";
import { InvalidInputError, SlipwayError } from "@slipway/core";
import { EVENT_TYPES, METRICS } from "../contract";
import { UnreadableMessageError } from "../core/errors";
import type { SiteDependencies } from "../operations/dependencies";

/** What the functions behind queues work with. */
export interface QueueDependencies extends SiteDependencies {
  /** Receives after which the queue gives a message up. */
  readonly maxReceives: number;
  /** Puts a message among its queue's dead letters, as one of its own. @returns that one's id. @default the queue does it, in time */
  readonly giveUp?: ((queue: string, body: string) => Promise<string>) | undefined;
}

/** What is known about a message while it is worked on. */
export interface Delivery {
  readonly body: string;
  readonly messageId: string;
  /** Whether the queue gives it up if it fails now. */
  readonly last: boolean;
}

/**
 * Creates the handler of a queue from what is done for one message.
 *
 * One that fails is received again and ends as a dead letter, with the reason in the log, in an event and in the table; the
 * others of its batch are done. One that nobody will ever be able to read is a dead letter at once.
 */
export const createConsumer =
  (deps: QueueDependencies, queue: string, handle: (delivery: Delivery) => Promise<void>) =>
  async ({ Records }: QueueBatch): Promise<BatchAnswer> => {
    const again: string[] = [];
    for (const record of Records) {
      const delivery = { ...record, last: receivesOf(record) >= deps.maxReceives };
      try {
        await handle(delivery);
      } catch (error) {
        const letter = isHopeless(error) ? await giveUp(deps, queue, record) : undefined;
        if (letter === undefined) again.push(record.messageId);
        await tellFailure(deps, queue, record, error, letter);
      }
    }
    return failedItems(again);
  };

const isHopeless = (error: unknown): boolean =>
  error instanceof UnreadableMessageError || error instanceof InvalidInputError;

/** Its id among the dead letters; nothing where it could not be put there: then it is received again, as any other. */
async function giveUp({ giveUp: put, log }: QueueDependencies, queue: string, { messageId, body }: QueueRecord) {
  try {
    return await put?.(queue, body);
  } catch (error) {
    log.warn("not given up", { queue, message_id: messageId, reason: String(error) });
    return undefined;
  }
}

async function tellFailure(
  { name, events, log, metrics, maxReceives, pipelines, clock }: QueueDependencies,
  queue: string,
  record: QueueRecord,
  error: unknown,
  letter: string | undefined,
): Promise<void> {
  const attempts = receivesOf(record);
  const told = {
    queue,
    message_id: letter ?? record.messageId,
    correlation_id: correlationOf(record),
    code: error instanceof SlipwayError ? error.code : "unexpected",
    reason: error instanceof Error ? error.message : String(error),
    attempts,
    final: letter !== undefined || attempts >= maxReceives,
  };
  metrics.count({ [METRICS.failedMessages]: 1 });
  log.warn("message failed", told);
  const { message_id, code, reason } = told;
  await pipelines
    .keepFailure({ message_id, queue, code, reason, attempts, failed_at: clock.now().toISOString() })
    .catch((lost: unknown) => log.warn("failure not kept", { message_id, reason: String(lost) }));
  const unsent = await events.publish({ type: EVENT_TYPES.messageFailed, detail: { sites: name, ...told } });
  if (unsent !== undefined) log.warn("event lost", { message_id, reason: unsent });
}

function correlationOf({ body, messageId }: QueueRecord): string {
  return /"correlation_id"\s*:\s*"([^"\\]{1,128})"/.exec(body)?.[1] ?? messageId;
}
