import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetter, DeadLetters } from "@slipway/core";
import pMap from "p-map";
import { callAws, isAwsError } from "./call-aws";
import { ServiceUnreachableError } from "./errors";
import type { HiddenMessage } from "./retries";

/** Makes the error for a queue that is not there. */
export type QueueMissing = (action: string, cause: unknown) => Error;

/** A queue, and what to say when it is not there. */
export interface QueueAddress {
  readonly url: string;
  readonly missing: QueueMissing;
}

/** Messages in one request; their bodies together must stay below 256 KB. */
const BATCH = 10;
const BATCHES_AT_ONCE = 8;
/** How long nobody else sees a letter that was taken. */
const LETTER_SECONDS = 120;

/** Dead letters of a queue. Moved one batch at a time: SQS's own move task can neither be dry-run nor limited. */
export class SqsDeadLetters implements DeadLetters {
  /** @param url The dead letter queue. @param queueUrl Where redriven letters go. */
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
    private readonly queueUrl: string,
    private readonly missing: QueueMissing,
  ) {}

  async receive(): Promise<readonly DeadLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: LETTER_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    const { Messages = [] } = await callQueue("ReceiveMessage", this.letters, () => this.client.send(command));
    return Messages.map(({ MessageId = "", Body = "", ReceiptHandle = "", Attributes = {} }) => ({
      messageId: MessageId,
      body: Body,
      receipt: ReceiptHandle,
      sentAt: toDate(Attributes["SentTimestamp"]),
    }));
  }

  async putBack(letters: readonly DeadLetter[]): Promise<void> {
    const hide = hideMessages(this.client, this.letters);
    for (const batch of batches(letters)) {
      await hide(batch.map(({ receipt }) => ({ receiptHandle: receipt, seconds: 0 })));
    }
  }

  async redrive(letters: readonly DeadLetter[]): Promise<void> {
    const queue = { url: this.queueUrl, missing: this.missing };
    await sendMessages(
      this.client,
      queue,
      letters.map(({ body }) => body),
    );
    await this.remove(letters);
  }

  async remove(letters: readonly DeadLetter[]): Promise<void> {
    for (const batch of batches(letters)) {
      const command = new DeleteMessageBatchCommand({
        QueueUrl: this.url,
        Entries: batch.map(({ receipt }, index) => ({ Id: `${index}`, ReceiptHandle: receipt })),
      });
      const { Failed } = await callQueue("DeleteMessage", this.letters, () => this.client.send(command));
      assertAll("DeleteMessage", this.url, Failed);
    }
  }

  private get letters(): QueueAddress {
    return { url: this.url, missing: this.missing };
  }
}

/** Creates what hides up to ten received messages for a while, or shows them at once. */
export const hideMessages =
  (client: SQSClient, queue: QueueAddress) =>
  async (messages: readonly HiddenMessage[]): Promise<void> => {
    const command = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queue.url,
      Entries: messages.map(({ receiptHandle, seconds }, index) => ({
        Id: `${index}`,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      })),
    });
    const { Failed } = await callQueue("ChangeMessageVisibility", queue, () => client.send(command));
    assertAll("ChangeMessageVisibility", queue.url, Failed);
  };

/** Hands any number of messages over; throws when one could not be. */
export async function sendMessages(client: SQSClient, queue: QueueAddress, bodies: readonly string[]): Promise<void> {
  const send = async (batch: readonly string[]): Promise<void> => {
    const command = new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: batch.map((body, index) => ({ Id: `${index}`, MessageBody: body })),
    });
    const { Failed } = await callQueue("SendMessage", queue, () => client.send(command));
    assertAll("SendMessage", queue.url, Failed);
  };
  await pMap(batches(bodies), send, { concurrency: BATCHES_AT_ONCE });
}

/** Calls SQS about a queue, which may not be there. */
export async function callQueue<T>(
  operation: string,
  { url, missing }: QueueAddress,
  call: () => Promise<T>,
): Promise<T> {
  const action = `sqs:${operation} ${nameOf(url)}`;
  try {
    return await callAws(action, call);
  } catch (error) {
    if (!isAwsError(error, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")) throw error;
    throw missing(action, error);
  }
}

/** Some entries of a batch can fail in an answer that is a success. */
function assertAll(operation: string, url: string, failed: readonly BatchResultErrorEntry[] | undefined): void {
  const [first] = failed ?? [];
  if (first === undefined) return;
  throw new ServiceUnreachableError(
    `sqs:${operation} ${nameOf(url)}`,
    first.Message ?? first.Code ?? "part of it failed",
  );
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += BATCH) yield all.slice(start, start + BATCH);
}

const nameOf = (url: string): string => url.split("/").at(-1) ?? url;

const toDate = (milliseconds: string | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(Number(milliseconds)).toISOString();
