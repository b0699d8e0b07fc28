import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
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
      await sendBatch(this.client, this.url, Entries);
    }
  }
}

async function sendBatch(client: SQSClient, QueueUrl: string, Entries: SendMessageBatchRequestEntry[]) {
  const command = new SendMessageBatchCommand({ QueueUrl, Entries });
  const queue = { url: QueueUrl, missing: sitesMissing };
  const answer = await callQueue("SendMessage", queue, () => client.send(command));
  const [failed] = answer.Failed ?? [];
  if (failed !== undefined)
    throw new ServiceUnreachableError(`sqs:SendMessage ${QueueUrl}`, failed.Message ?? "failed");
  return answer;
}

/** Puts messages that nobody can read among the dead letters at this address. @returns the new message's id */
export const giveUpTo =
  (client: SQSClient, url: string) =>
  async (_queue: string, body: string): Promise<string> => {
    const { Successful = [] } = await sendBatch(client, url, [{ Id: "0", MessageBody: body }]);
    return Successful[0]?.MessageId ?? "";
  };

/** What is said of a queue that is not there. */
export const sitesMissing = (action: string, cause: unknown): Error => new SitesNotFoundError(action, { cause });
