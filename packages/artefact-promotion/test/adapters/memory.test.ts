import { systemClock } from "@slipway/aws-runtime";
import { MEMORY_HOP, MemoryLedger, MemoryObjects, MemoryQueue } from "../../src/library-memory";
import { ledgerContract } from "../contracts/ledger";
import { objectStoreContract } from "../contracts/object-store";
import { queuesContract } from "../contracts/queues";

objectStoreContract(
  "in memory",
  async () => {
    const store = new MemoryObjects(systemClock);
    const { source, target } = MEMORY_HOP;
    for (const bucket of [source, target]) store.createBucket(bucket);
    return {
      store,
      source,
      target,
      plant: async (bucket, key, body, planted) => void store.plant(bucket, key, body, planted),
      openUploads: async () => store.openUploads.length,
    };
  },
  { conditionalCopies: true, copies: true, owners: true },
);

ledgerContract("in memory", async () => new MemoryLedger());

queuesContract("in memory", async () => {
  const queue = new MemoryQueue(1);
  const bury = async (bodies: readonly string[]): Promise<void> => {
    queue.push(...bodies);
    await queue.deliver(bodies.length, async (batch) => batch.map(({ messageId }) => messageId));
  };
  return { queue, deadLetters: queue, bury, waiting: async () => queue.messages.map(({ body }) => body) };
});
