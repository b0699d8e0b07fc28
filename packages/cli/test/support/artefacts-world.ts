import type { ArtefactClient, PromotionConnection } from "@slipway/artefact-promotion/library";
import { parseConnection } from "@slipway/artefact-promotion/library";
import {
  createArtefactClient,
  createMemoryPromotion,
  MEMORY_HOP,
  type MemoryPromotion,
} from "@slipway/artefact-promotion/memory";
import type { StackOutput } from "@slipway/automation";
import { now, type Pretended } from "./slipway";

const { source, target, sourceEnvironment, targetEnvironment } = MEMORY_HOP;

/** The output `artefacts` of a stack with a promotion. */
export const connection = {
  sourceEnvironment,
  targetEnvironment,
  source: { ...source },
  target: { ...target },
  filter: {},
  ledgerTable: "ledger",
  queueUrl: "https://sqs.example/222222222222/demo-staging-artefact",
  deadLetterQueueUrl: "https://sqs.example/222222222222/demo-staging-artefact-dead-letters",
  eventBus: "default",
  region: "eu-west-2",
};

/** The roles that its stack assumes. */
export const roles = [
  { roleArn: "arn:aws:iam::222222222222:role/hub" },
  { roleArn: "arn:aws:iam::222222222222:role/slipway-deployer", externalId: "x" },
];

/** The process around a promotion in memory, with that promotion. */
export interface ArtefactsWorld {
  readonly memory: MemoryPromotion;
  readonly client: ArtefactClient;
  readonly pretended: Pretended;
  /** Connections that were opened. */
  readonly opened: PromotionConnection[];
  /** Puts an artefact at the source and tells its version. */
  make(key: string, body?: string): string;
  /** Gives a message up, for a reason. */
  giveUp(key: string, reason: string): Promise<void>;
  /** The bytes that the target has, as text. */
  at(key: string): string | undefined;
  /** Everything that is stored, as text to compare. */
  stored(): Promise<string>;
}

/** An empty source and target. @param settings How the promotion is made; the clock tells an hour ago. */
export function createArtefactsWorld(settings: Parameters<typeof createMemoryPromotion>[0] = {}): ArtefactsWorld {
  let ticks = 0;
  const memory = createMemoryPromotion({
    clock: { now: () => new Date(now.getTime() - 3_600_000 + ticks++) },
    requester: { id: "arn:aws:iam::000000000000:user/ada", name: "ada" },
    maxReceives: 1,
    ...settings,
  });
  const opened: PromotionConnection[] = [];
  const client = createArtefactClient(memory);
  const outputs: Record<string, StackOutput> = { artefacts: { value: connection, secret: false } };
  return {
    memory,
    client,
    opened,
    pretended: {
      automation: { outputs: async () => outputs, readStackSettings: () => ({ region: "eu-west-1", roles }) },
      artefacts: {
        parseConnection,
        openArtefacts: (given) => {
          opened.push(given);
          return client;
        },
      },
    },
    make: (key, body = key) => memory.objects.plant(source, key, body).versionId ?? "",
    giveUp: async (key, reason) => {
      const requestedBy = { id: "r", name: "r" };
      memory.queue.push(
        JSON.stringify({
          type: "slipway.artefact.look-again",
          key,
          trigger: "reconcile",
          requested_by: requestedBy,
          correlation_id: "c",
        }),
      );
      await memory.queue.deliver(1, async (batch) => batch.map(({ messageId }) => messageId));
      const messageId = memory.queue.letters.at(-1)?.messageId ?? "";
      const failedAt = memory.clock.now().toISOString();
      await memory.ledger.recordFailure({ key, messageId, code: "access-denied", reason, attempts: 5, failedAt });
    },
    at: (key) => {
      const current = memory.objects.history(target, key).at(-1);
      return current && Buffer.from(current.body).toString();
    },
    stored: async () => {
      const listed = await client.listArtefacts({ limit: Infinity });
      const holds = await Promise.all(listed.map(({ key }) => memory.ledger.hold(key)));
      const { queue, ledger, events } = memory;
      const letters = queue.letters.map(({ messageId }) => messageId).sort();
      return JSON.stringify([
        listed,
        holds,
        ledger.all,
        await ledger.jobs(99),
        queue.messages,
        letters,
        events.published,
      ]);
    },
  };
}
