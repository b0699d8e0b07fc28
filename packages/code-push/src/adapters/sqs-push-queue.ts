import { isAwsError, ServiceUnreachableError, type HiddenMessage } from "@slipway/aws-runtime";
import type { PushMessage } from "../contract";
import { CodePushNotFoundError } from "../core/errors";
import type { PushQueue } from "../core/ports";
import type { AwsJson, AwsOperation } from "./aws-json";

const SEND = { service: "sqs", target: "AmazonSQS.SendMessage", version: "1.0" } as const;
const SEND_BATCH = { service: "sqs", target: "AmazonSQS.SendMessageBatch", version: "1.0" } as const;
const HIDE = { service: "sqs", target: "AmazonSQS.ChangeMessageVisibilityBatch", version: "1.0" } as const;
/** Entries that one request takes. */
const BATCH = 10;

/** What came of one message, or of a batch of them. */
interface Answer {
  readonly MessageId?: string;
  readonly Failed?: readonly { readonly Code?: string; readonly Message?: string }[];
  readonly Successful?: readonly unknown[];
}

/** The queue that pushes are done from. */
export class SqsPushQueue implements PushQueue {
  constructor(
    private readonly aws: Pick<AwsJson, "call">,
    private readonly url: string,
  ) {}

  async send(messages: readonly PushMessage[]): Promise<void> {
    const [first] = messages;
    // Most pushes are of one ref, and a sender waits; a batch of one takes longer.
    if (first !== undefined && messages.length === 1) return this.sendOne(first);
    for (let start = 0; start < messages.length; start += BATCH) {
      await this.sendBatch(messages.slice(start, start + BATCH));
    }
  }

  /** Hands up to ten received messages back, to be received again after a while. */
  readonly hide = async (messages: readonly HiddenMessage[]): Promise<void> => {
    const Entries = messages.map(({ receiptHandle, seconds }, index) => ({
      Id: `${index}`,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    const { Failed: [first] = [] } = await this.request(HIDE, { QueueUrl: this.url, Entries });
    if (first !== undefined) throw new ServiceUnreachableError(actionOf(HIDE), first.Message ?? first.Code ?? "");
  };

  private async sendOne(message: PushMessage): Promise<void> {
    const { MessageId } = await this.request(SEND, { QueueUrl: this.url, MessageBody: JSON.stringify(message) });
    if (MessageId === undefined) throw new ServiceUnreachableError(actionOf(SEND), "the answer names no message");
  }

  /** Some entries can fail in an answer that is a success; one that is not named as stored is not stored. */
  private async sendBatch(batch: readonly PushMessage[]): Promise<void> {
    const Entries = batch.map((message, index) => ({ Id: `${index}`, MessageBody: JSON.stringify(message) }));
    const { Failed = [], Successful = [] } = await this.request(SEND_BATCH, { QueueUrl: this.url, Entries });
    const [first] = Failed;
    if (first === undefined && Successful.length === batch.length) return;
    const problem = first?.Message ?? first?.Code ?? "some of the messages are not in the answer";
    throw new ServiceUnreachableError(actionOf(SEND_BATCH), problem);
  }

  private async request(operation: AwsOperation, body: object): Promise<Answer> {
    try {
      return await this.aws.call<Answer>(operation, body);
    } catch (error) {
      if (!isAwsError(error, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")) throw error;
      throw new CodePushNotFoundError(actionOf(operation), { cause: error });
    }
  }
}

const actionOf = ({ service, target }: AwsOperation): string => `${service}:${target.split(".").at(-1)}`;
