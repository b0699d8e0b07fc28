import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { ServiceUnreachableError } from "@slipway/aws-runtime";
import { callQueue } from "@slipway/aws-runtime/queues";
import { SitesNotFoundError } from "../core/errors";
import type { SiteQueue } from "../core/ports";

/** Messages in one request. */
const BATCH = 10;

/** A queue on SQS. */
export class SqsSiteQueue<Message extends object> implements SiteQueue<Message> {
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
  ) {}

  async send(messages: readonly Message[], delaySeconds?: number): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH) {
      const Entries = messages
        .slice(start, start + BATCH)
        .map((message, index) => ({
          Id: `${index}`,
          MessageBody: JSON.stringify(message),
          ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
        }));
      const command = new SendMessageBatchCommand({ QueueUrl: this.url, Entries });
      const queue = { url: this.url, missing: sitesMissing };
      const { Failed: [first] = [] } = await callQueue("SendMessage", queue, () => this.client.send(command));
      if (first !== undefined)
        throw new ServiceUnreachableError(`sqs:SendMessage ${this.url}`, first.Message ?? "failed");
    }
  }
}

/** Puts messages that nobody can read among the dead letters at this address. @returns the new message's id */
export const giveUpTo =
  (client: SQSClient, url: string) =>
  async (_queue: string, body: string): Promise<string> => {
    const Entries = [{ Id: "0", MessageBody: body }];
    const command = new SendMessageBatchCommand({ QueueUrl: url, Entries });
    const answer = await callQueue("SendMessage", { url, missing: sitesMissing }, () => client.send(command));
    const id = answer.Successful?.[0]?.MessageId;
    const problem = answer.Failed?.[0]?.Message ?? "failed";
    if (id === undefined) throw new ServiceUnreachableError(`sqs:SendMessage ${url}`, problem);
    return id;
  };

/** What is said of a queue that is not there. */
export const sitesMissing = (action: string, cause: unknown): Error => new SitesNotFoundError(action, { cause });
