import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** A batch as Lambda gets it from SQS; of each message what is needed to hand it back. */
export interface RetryableBatch {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle?: string | undefined;
    readonly attributes: { readonly ApproximateReceiveCount?: string | undefined };
  }[];
}

/** The messages of a batch that are to be received again. */
export interface RetryAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Where messages are handed back to. */
export interface RetryQueue {
  readonly client: Pick<SQSClient, "send">;
  readonly url: string;
  /** Receives after which the queue gives a message up; the same number as in its redrive policy. */
  readonly maxReceives: number;
  /** Told when a message could not be handed back: it then waits for the queue's visibility time-out. */
  readonly warn: (message: string, fields: { readonly reason: string }) => void;
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
  <Batch extends RetryableBatch, Context>(
    handle: (batch: Batch, context?: Context) => Promise<RetryAnswer>,
    queue: RetryQueue,
  ) =>
  async (batch: Batch, context?: Context): Promise<RetryAnswer> => {
    const answer = await handle(batch, context);
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await handBack(
      batch.Records.filter(({ messageId }) => failed.has(messageId)),
      queue,
    );
    return answer;
  };

async function handBack(
  records: RetryableBatch["Records"],
  { client, url, maxReceives, warn }: RetryQueue,
): Promise<void> {
  for (let start = 0; start < records.length; start += ENTRIES) {
    const Entries = records
      .slice(start, start + ENTRIES)
      .map(({ receiptHandle, attributes }, index) => ({
        Id: `${index}`,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: retryDelaySeconds(Number(attributes.ApproximateReceiveCount ?? 1), maxReceives),
      }));
    try {
      const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
      const [first] = Failed;
      if (first !== undefined) warn("a message was not handed back", { reason: first.Message ?? first.Code ?? "" });
    } catch (error) {
      warn("messages were not handed back", { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
