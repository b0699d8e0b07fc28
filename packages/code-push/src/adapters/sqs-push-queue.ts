import { isAwsError, ServiceUnreachableError } from "@slipway/aws-runtime";
import type { PushMessage } from "../contract";
import { CodePushNotFoundError } from "../core/errors";
import type { PushQueue } from "../core/ports";
import type { AwsJson } from "./aws-json";

const SEND = { service: "sqs", target: "AmazonSQS.SendMessageBatch", version: "1.0" } as const;
/** Entries that one request takes. */
const BATCH = 10;

interface SendAnswer {
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
    for (let start = 0; start < messages.length; start += BATCH) {
      await this.sendBatch(messages.slice(start, start + BATCH));
    }
  }

  /** Some entries can fail in an answer that is a success; one that is not named as stored is not stored. */
  private async sendBatch(batch: readonly PushMessage[]): Promise<void> {
    const Entries = batch.map((message, index) => ({ Id: `${index}`, MessageBody: JSON.stringify(message) }));
    const { Failed = [], Successful = [] } = await this.request({ QueueUrl: this.url, Entries });
    const [first] = Failed;
    if (first === undefined && Successful.length === batch.length) return;
    const problem = first?.Message ?? first?.Code ?? "some of the messages are not in the answer";
    throw new ServiceUnreachableError("sqs:SendMessageBatch", problem);
  }

  private async request(body: object): Promise<SendAnswer> {
    try {
      return await this.aws.call<SendAnswer>(SEND, body);
    } catch (error) {
      if (!isAwsError(error, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")) throw error;
      throw new CodePushNotFoundError("sqs:SendMessageBatch", { cause: error });
    }
  }
}
