/** Where a function tells what it did; one line each. */
export interface FunctionLog {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
}

/** What a line tells beside its message. */
export type LogFields = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Counts what was done, by the names of a contract's metrics. */
export interface FunctionMetrics {
  /**
   * Counts under the dimension of all metrics.
   *
   * @param by Counted a second time under that dimension and these together, so that an alarm can look at either.
   */
  count(values: Readonly<Record<string, number>>, by?: Readonly<Record<string, string>>): void;
}

/** What Lambda tells a function about its own run. */
export interface RunContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** One message of a batch, as SQS hands it over. */
export interface QueueRecord {
  readonly messageId: string;
  /** For this receive only. */
  readonly receiptHandle?: string | undefined;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount?: string | undefined };
}

/** A batch as Lambda gets it from SQS. */
export interface QueueBatch {
  readonly Records: readonly QueueRecord[];
}

/** The messages of a batch that are to be received again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** How often a message was received, this time included. */
export const receivesOf = ({ attributes }: QueueRecord): number => Number(attributes.ApproximateReceiveCount ?? 1);

/** The answer that has these messages received again. */
export const failedItems = (messageIds: Iterable<string>): BatchAnswer => ({
  batchItemFailures: [...messageIds].map((itemIdentifier) => ({ itemIdentifier })),
});
