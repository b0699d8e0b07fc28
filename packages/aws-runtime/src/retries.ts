import { receivesOf, type BatchAnswer, type FunctionLog, type QueueBatch, type QueueRecord } from "./functions";

/** A received message, and for how long from now nobody gets it. */
export interface HiddenMessage {
  /** For this receive only. */
  readonly receiptHandle: string;
  readonly seconds: number;
}

/** Where messages are handed back to. */
export interface RetryQueue {
  /** Receives after which the queue gives a message up; the same number as in its redrive policy. */
  readonly maxReceives: number;
  /** Hides up to ten messages; throws when one could not be. */
  readonly hide: (messages: readonly HiddenMessage[]) => Promise<void>;
  /** Told when messages could not be handed back: they then wait for the queue's visibility time-out. */
  readonly log: Pick<FunctionLog, "warn">;
}

const FIRST_DELAY_SECONDS = 5;
const GROWTH = 4;
const LONGEST_DELAY_SECONDS = 900;
/** Entries that SQS takes in one request. */
const ENTRIES = 10;

/**
 * Seconds until a message that was received `receives` times is received again: 5, 20, 80, 320, and 900 from then on.
 * None after the last attempt: SQS makes it a dead letter when it would be received once more.
 */
export const retryDelaySeconds = (receives: number, maxReceives: number): number =>
  receives >= maxReceives
    ? 0
    : Math.min(FIRST_DELAY_SECONDS * GROWTH ** (Math.max(receives, 1) - 1), LONGEST_DELAY_SECONDS);

/**
 * Makes what failed come again soon at first and later from then on.
 *
 * Otherwise a failed message stays hidden for the queue's visibility time-out, which has to be six times the function's:
 * a hiccup would cost half an hour, and a fault that stays would be a dead letter only hours later.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const withSpacedRetries =
  <Batch extends QueueBatch, Context>(
    handle: (batch: Batch, context?: Context) => Promise<BatchAnswer>,
    queue: RetryQueue,
  ) =>
  async (batch: Batch, context?: Context): Promise<BatchAnswer> => {
    const answer = await handle(batch, context);
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await handBack(
      batch.Records.filter(({ messageId }) => failed.has(messageId)),
      queue,
    );
    return answer;
  };

async function handBack(records: readonly QueueRecord[], { hide, maxReceives, log }: RetryQueue): Promise<void> {
  for (let start = 0; start < records.length; start += ENTRIES) {
    const messages = records
      .slice(start, start + ENTRIES)
      .map((record) => ({
        receiptHandle: record.receiptHandle ?? "",
        seconds: retryDelaySeconds(receivesOf(record), maxReceives),
      }));
    try {
      await hide(messages);
    } catch (error) {
      log.warn("messages were not handed back", { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
