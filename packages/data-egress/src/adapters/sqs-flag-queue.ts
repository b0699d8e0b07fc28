import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { callQueue, sendMessages, type QueueAddress } from "@slipway/aws-runtime/queues";
import { LETTER_ATTRIBUTES, type ReplayMessage } from "../contract";
import { EgressNotFoundError } from "../core/errors";
import type { Failure } from "../core/job";
import type { FlagQueue, ReceivedMessage } from "../core/ports";

/** The longest that SQS waits. */
const WAIT_SECONDS = 20;
/** Characters of a reason that go along; a message may have 256 KB with all its attributes. */
const MAX_REASON = 2000;

/** What is said of a queue that is not there. */
export const queueMissing = (action: string, cause: unknown): Error => new EgressNotFoundError(action, { cause });

/** The queue of flags in SQS, and its dead letters. */
export class SqsFlagQueue implements FlagQueue {
  private readonly queue: QueueAddress;
  private readonly letters: QueueAddress;

  constructor(
    private readonly client: SQSClient,
    url: string,
    lettersUrl: string,
  ) {
    this.queue = { url, missing: queueMissing };
    this.letters = { url: lettersUrl, missing: queueMissing };
  }

  async receive(signal: AbortSignal): Promise<ReceivedMessage | undefined> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.queue.url,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: WAIT_SECONDS,
    });
    const { Messages = [] } = await callQueue("ReceiveMessage", this.queue, () =>
      this.client.send(command, { abortSignal: signal }),
    );
    const [message] = Messages;
    return message && { id: message.MessageId ?? "", body: message.Body ?? "", receipt: message.ReceiptHandle ?? "" };
  }

  async hide({ receipt }: ReceivedMessage, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.queue.url,
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    });
    await callQueue("ChangeMessageVisibility", this.queue, () => this.client.send(command));
  }

  async delete({ receipt }: ReceivedMessage): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.queue.url, ReceiptHandle: receipt });
    await callQueue("DeleteMessage", this.queue, () => this.client.send(command));
  }

  /** A letter is there before its message is gone: a crash in between makes two letters and loses none. */
  async giveUp(message: ReceivedMessage, { code, reason }: Failure, jobId: string | undefined): Promise<void> {
    const said = { code, reason: reason.slice(0, MAX_REASON), job: jobId };
    const attributes = Object.entries(said).flatMap(([name, value]) => {
      const attribute = LETTER_ATTRIBUTES[name as keyof typeof said];
      return value === undefined ? [] : [[attribute, { DataType: "String", StringValue: printable(value) }] as const];
    });
    const command = new SendMessageCommand({
      QueueUrl: this.letters.url,
      MessageBody: message.body,
      MessageAttributes: Object.fromEntries(attributes),
    });
    await callQueue("SendMessage", this.letters, () => this.client.send(command));
    await this.delete(message);
  }

  /** Has a job done again. */
  async replay(request: ReplayMessage): Promise<void> {
    await sendMessages(this.client, this.queue, [JSON.stringify(request)]);
  }
}

/** SQS refuses other characters, and empty values. */
const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?") || "-";
