import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_ACCOUNTS, LOCAL_REGION } from "@slipway/local";
import { EVENT_SOURCE } from "@slipway/release-tracker/contract";
import { inAccount } from "../inventory";

/** Everything that the tracker publishes on the default event bus of the tools account. */
export interface EventTap {
  /** Events so far that were not taken before, as JSON. */
  take(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** Opens a tap by this name. */
export async function openEventTap(name: string): Promise<EventTap> {
  const settings = inAccount(LOCAL_ACCOUNTS.tools);
  const [events, queues] = [new EventBridgeClient(settings), new SQSClient(settings)];
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: name }));
  const Arn = `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNTS.tools}:${name}`;
  await events.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: [EVENT_SOURCE] }) }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: name, Arn }] }));
  return {
    take: async () => {
      const taken: string[] = [];
      for (;;) {
        const { Messages = [] } = await queues.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return taken;
        taken.push(...Messages.map(({ Body = "" }) => Body));
      }
    },
    remove: async () => {
      await events.send(new RemoveTargetsCommand({ Rule: name, Ids: [name] }));
      await events.send(new DeleteRuleCommand({ Name: name }));
      await queues.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}
