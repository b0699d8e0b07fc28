import type { JsonValue, StackOutputs } from "@slipway/automation";
import { createMemoryCodePush, createPushClient, type MemoryCodePush } from "@slipway/code-push/memory";
import { CodePushNotFoundError, type CodePushConnection, type PushOnceInput } from "@slipway/code-push/library";
import { parseRepository } from "../../../code-push/src/core/repositories";
import { createPushCode } from "../../../code-push/src/handlers/push-code";
import { pushCommit } from "../../../code-push/src/operations/push-commit";
import { parseMessage } from "../../../code-push/src/core/message";
import { now, type Pretended } from "./slipway";

/** The one repository of the world. */
export const SHOP = "git.example.org/octo/shop";

/** The output `codePush` of a stack with a code push. */
export const connection = {
  name: "demo",
  repositoriesPath: "/slipway/code-push/demo/repositories",
  bucket: { name: "demo-source", owner: "000000000000" },
  queueUrl: "https://sqs.example/000000000000/work",
  deadLetterQueueUrl: "https://sqs.example/000000000000/work-dead-letters",
  eventBus: "default",
  region: "eu-west-2",
};

/** What the stack's AWS provider assumes. */
export const roles = [{ roleArn: "arn:aws:iam::000000000000:role/deployer" }] as const;

/** The process around a code push in memory, with that code push. */
export interface PushWorld {
  readonly memory: MemoryCodePush;
  readonly pretended: Pretended;
  /** Connections that were opened. */
  readonly opened: CodePushConnection[];
  /** What `push once` was asked for. */
  readonly once: PushOnceInput[];
  /** Does what waits in the queue, or gives it up. */
  work(fails?: boolean): Promise<void>;
  /** Does what waits as the deployed function does, which keeps why it could not. */
  handle(): Promise<void>;
}

/** A code push of one repository. @param output What the stack exports. */
export function createPushWorld(output: JsonValue | undefined = connection): PushWorld {
  let ticks = 0;
  const memory = createMemoryCodePush({
    repositories: [parseRepository({ id: SHOP, provider: "github", url: `https://${SHOP}.git` })],
    maxReceives: 1,
    clock: { now: () => new Date(now.getTime() - 3_600_000 + ticks++) },
    sleeper: { sleep: () => Promise.resolve() },
  });
  const opened: CodePushConnection[] = [];
  const once: PushOnceInput[] = [];
  const openCodePush = (given: CodePushConnection) => {
    opened.push(given);
    return createPushClient(memory);
  };
  return {
    memory,
    opened,
    once,
    work: (fails = false) =>
      memory.queue.deliver(10, async (batch) => {
        if (fails) return batch.map(({ messageId }) => messageId);
        for (const { body } of batch) await pushCommit(memory, parseMessage(body));
        return [];
      }),
    handle: () =>
      memory.queue.deliver(10, async (batch) => {
        const Records = batch.map(({ messageId, body }) => ({
          messageId,
          body,
          attributes: { ApproximateReceiveCount: "1" },
        }));
        const silent = { info: () => undefined, warn: () => undefined };
        const work = createPushCode({ ...memory, metrics: { count: () => undefined }, log: silent, maxReceives: 1 });
        return (await work({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      }),
    pretended: {
      automation: {
        outputs: async (): Promise<StackOutputs> =>
          output === undefined ? {} : { codePush: { value: output, secret: false } },
        readStackSettings: () => ({ region: "eu-west-1", roles }),
      },
      push: {
        openCodePush,
        pushOnce: async (input) => {
          once.push(input);
          if (input.bucket.name === "nowhere") throw new CodePushNotFoundError("s3:PutObject nowhere");
          const { bucket, key } = input;
          const told = { ref: "refs/heads/main", sha: "4".repeat(40), size: 120, files: 2, checksum: "c2hh" };
          return { repository: SHOP, bucket: bucket.name, key, versionId: "v1", ...told };
        },
      },
    },
  };
}
