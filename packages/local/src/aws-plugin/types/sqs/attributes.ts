import type { SQS } from "@aws-sdk/client-sqs";
import { unlessAbsent } from "../../errors";

/** Names under which SQS says that a queue does not exist. */
export const ABSENT = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;

/** All attributes of a queue, or undefined when it does not exist. */
export async function queueAttributes(sqs: SQS, QueueUrl: string): Promise<Record<string, string> | undefined> {
  const found = await unlessAbsent(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }), ...ABSENT);
  return found === undefined ? undefined : (found.Attributes ?? {});
}

/** Sets one attribute; an empty value removes it. A queue that is gone is left alone. */
export async function setQueueAttribute(sqs: SQS, QueueUrl: string, name: string, value: string): Promise<void> {
  await unlessAbsent(sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: value } }), ...ABSENT);
}
