import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import {
  callQueue,
  hideMessages,
  sendMessages,
  SqsDeadLetters as Letters,
  type QueueMissing,
} from "@slipway/aws-runtime/queues";
import type { LookAgainMessage } from "../contract";
import { PromotionNotFoundError } from "../core/errors";
import type { PromotionQueue } from "../core/ports";

const missing: QueueMissing = (action, cause) => new PromotionNotFoundError(action, { cause });

/** The queue that promotions are done from. */
export class SqsPromotionQueue implements PromotionQueue {
  /** Hands received messages back. */
  readonly hide: ReturnType<typeof hideMessages>;

  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
  ) {
    this.hide = hideMessages(client, { url, missing });
  }

  async send(requests: readonly LookAgainMessage[]): Promise<void> {
    await sendMessages(
      this.client,
      { url: this.url, missing },
      requests.map((request) => JSON.stringify(request)),
    );
  }

  async backlog(): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.url,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    const queue = { url: this.url, missing };
    const { Attributes = {} } = await callQueue("GetQueueAttributes", queue, () => this.client.send(command));
    return (
      Number(Attributes["ApproximateNumberOfMessages"] ?? 0) +
      Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0)
    );
  }
}

/** Its dead letters. */
export class SqsDeadLetters extends Letters {
  /** @param url The dead letter queue. @param queueUrl Where redriven letters go. */
  constructor(client: SQSClient, url: string, queueUrl: string) {
    super(client, url, queueUrl, missing);
  }
}
