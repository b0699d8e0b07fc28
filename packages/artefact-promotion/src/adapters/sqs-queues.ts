import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { callAws, isAwsError, ServiceUnreachableError } from "@slipway/aws-runtime";
import pMap from "p-map";
import type { LookAgainMessage } from "../contract";
import { PromotionNotFoundError } from "../core/errors";
import type { DeadLetter, DeadLetters, PromotionQueue } from "../core/ports";

/** Messages in one request; their bodies together must stay below 256 KB, and a key has up to 1 KB. */
const BATCH = 10;
const BATCHES_AT_ONCE = 8;
/** How long nobody else sees a letter that was taken. */
const LETTER_SECONDS = 120;

/** The queue that promotions are done from. */
export class SqsPromotionQueue implements PromotionQueue {
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
  ) {}

  async send(requests: readonly LookAgainMessage[]): Promise<void> {
    await sendAll(
      this.client,
      this.url,
      requests.map((request) => JSON.stringify(request)),
    );
  }

  async backlog(): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.url,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    const { Attributes = {} } = await callQueue("GetQueueAttributes", this.url, () => this.client.send(command));
    return (
      Number(Attributes["ApproximateNumberOfMessages"] ?? 0) +
      Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0)
    );
  }
}

/** Its dead letters. Moved one batch at a time: SQS's own move task can neither be dry-run nor limited. */
export class SqsDeadLetters implements DeadLetters {
  /** @param url The dead letter queue. @param queueUrl Where redriven letters go. */
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
    private readonly queueUrl: string,
  ) {}

  async receive(): Promise<readonly DeadLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: LETTER_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    const { Messages = [] } = await callQueue("ReceiveMessage", this.url, () => this.client.send(command));
    return Messages.map(({ MessageId = "", Body = "", ReceiptHandle = "", Attributes = {} }) => ({
      messageId: MessageId,
      body: Body,
      receipt: ReceiptHandle,
      sentAt: toDate(Attributes["SentTimestamp"]),
    }));
  }

  async putBack(letters: readonly DeadLetter[]): Promise<void> {
    for (const batch of batches(letters)) {
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.url,
        Entries: batch.map(({ receipt }, index) => ({ Id: `${index}`, ReceiptHandle: receipt, VisibilityTimeout: 0 })),
      });
      await callQueue("ChangeMessageVisibility", this.url, () => this.client.send(command));
    }
  }

  async redrive(letters: readonly DeadLetter[]): Promise<void> {
    await sendAll(
      this.client,
      this.queueUrl,
      letters.map(({ body }) => body),
    );
    for (const batch of batches(letters)) {
      const command = new DeleteMessageBatchCommand({
        QueueUrl: this.url,
        Entries: batch.map(({ receipt }, index) => ({ Id: `${index}`, ReceiptHandle: receipt })),
      });
      const { Failed } = await callQueue("DeleteMessage", this.url, () => this.client.send(command));
      assertAll("DeleteMessage", this.url, Failed);
    }
  }
}

async function sendAll(client: SQSClient, url: string, bodies: readonly string[]): Promise<void> {
  const send = async (batch: readonly string[]): Promise<void> => {
    const command = new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: batch.map((body, index) => ({ Id: `${index}`, MessageBody: body })),
    });
    const { Failed } = await callQueue("SendMessage", url, () => client.send(command));
    assertAll("SendMessage", url, Failed);
  };
  await pMap(batches(bodies), send, { concurrency: BATCHES_AT_ONCE });
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

async function callQueue<T>(operation: string, url: string, call: () => Promise<T>): Promise<T> {
  const action = `sqs:${operation} ${nameOf(url)}`;
  try {
    return await callAws(action, call);
  } catch (error) {
    if (!isAwsError(error, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")) throw error;
    throw new PromotionNotFoundError(action, { cause: error });
  }
}

const nameOf = (url: string): string => url.split("/").at(-1) ?? url;

const toDate = (milliseconds: string | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(Number(milliseconds)).toISOString();
