import { failedItems, receivesOf, type BatchAnswer, type QueueBatch, type QueueRecord } from "@slipway/aws-runtime";
import { SlipwayError } from "@slipway/core";
import { EVENT_TYPES, METRICS } from "../contract";
import type { SiteDependencies } from "../operations/dependencies";

/** What the functions behind queues work with. */
export interface QueueDependencies extends SiteDependencies {
  /** Receives after which the queue gives a message up. */
  readonly maxReceives: number;
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
 * others of its batch are done.
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
        again.push(record.messageId);
        await tellFailure(deps, queue, record, error);
      }
    }
    return failedItems(again);
  };

async function tellFailure(
  { name, events, log, metrics, maxReceives, pipelines, clock }: QueueDependencies,
  queue: string,
  record: QueueRecord,
  error: unknown,
): Promise<void> {
  const attempts = receivesOf(record);
  const told = {
    queue,
    message_id: record.messageId,
    correlation_id: correlationOf(record),
    code: error instanceof SlipwayError ? error.code : "unexpected",
    reason: error instanceof Error ? error.message : String(error),
    attempts,
    final: attempts >= maxReceives,
  };
  metrics.count({ [METRICS.failedMessages]: 1 });
  log.warn("message failed", told);
  const { message_id, code, reason } = told;
  await pipelines
    .keepFailure({ message_id, queue, code, reason, attempts, failed_at: clock.now().toISOString() })
    .catch((lost: unknown) => log.warn("failure not kept", { message_id, reason: String(lost) }));
  const unsent = await events.publish({ type: EVENT_TYPES.messageFailed, detail: { sites: name, ...told } });
  if (unsent !== undefined) log.warn("event lost", { message_id: record.messageId, reason: unsent });
}

function correlationOf({ body, messageId }: QueueRecord): string {
  return /"correlation_id"\s*:\s*"([^"\\]{1,128})"/.exec(body)?.[1] ?? messageId;
}
