import { MemoryQueue } from "@slipway/aws-runtime/memory";
import type { JsonValue, StackOutputs } from "@slipway/automation";
import { createEgressClient, type EgressConnection } from "@slipway/data-egress/library";
import { createWorld, row, sftRow, work, type World } from "../../../data-egress/test/support/world";
import type { Pretended } from "./slipway";

/** The output `dataEgress` of a stack with a data egress. */
export const connection = {
  name: "demo",
  rowsTable: "rows",
  ledgerTable: "ledger",
  queueUrl: "https://sqs.example/000000000000/flags",
  deadLetterQueueUrl: "https://sqs.example/000000000000/flags-dead-letters",
  sourceBucket: "source",
  cluster: "demo",
  service: "egress",
  eventBus: "default",
  region: "eu-west-2",
};

/** What the stack's AWS provider assumes. */
export const roles = [{ roleArn: "arn:aws:iam::000000000000:role/deployer" }] as const;

/** The process around a data egress in memory, with that data egress. */
export interface EgressWorld {
  readonly memory: World;
  readonly pretended: Pretended;
  /** Connections that were opened. */
  readonly opened: EgressConnection[];
  /** Does what waits in the queue; what is given up becomes a dead letter. */
  work(): Promise<void>;
}

/** A data egress with two rows of one pipeline, by S3 and by the agent. @param output What the stack exports. */
export function createEgressWorld(
  options: Parameters<typeof createWorld>[0] = {},
  output: JsonValue | undefined = connection,
): EgressWorld {
  const memory = createWorld({ items: [row(), sftRow()], ...options });
  const deadLetters = new MemoryQueue(1);
  const opened: EgressConnection[] = [];
  const openEgress = (given: EgressConnection) => {
    opened.push(given);
    return createEgressClient({ ...memory, deadLetters });
  };
  return {
    memory,
    opened,
    work: async () => {
      await work(memory, memory);
      deadLetters.push(...memory.queue.letters.splice(0).map(({ body }) => body));
      await deadLetters.deliver(10, async (batch) => batch.map(({ messageId }) => messageId));
    },
    pretended: {
      automation: {
        outputs: async (): Promise<StackOutputs> =>
          output === undefined ? {} : { dataEgress: { value: output, secret: false } },
        readStackSettings: () => ({ region: "eu-west-1", roles }),
      },
      egress: { openEgress },
    },
  };
}
